import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { checkout } from '../../harness/core/checkout.ts'
import { judgeClaim } from '../../harness/judge/judge-claim.ts'
import type { Proof } from '../../harness/judge/proof.ts'
import { replay } from '../../harness/look/recording.ts'
import { bridgeHolds } from '../state/bridge-holds.ts'
import { hasSwitchPort } from '../state/has-switch-port.ts'

/** Two machines as solved by day 06: the central one is called db-1, and the other one controller. */
const recorded = readFileSync(join(checkout, 'lessons/day-06/recordings/mapping.json'), 'utf8')
  .replaceAll('"controller"', '"db-1"')
  .replaceAll('"hypervisor"', '"controller"')
const judged = (proof: Proof) =>
  judgeClaim({ proof, patienceMs: 0 }, replay(JSON.parse(recorded)), new AbortController().signal)

it('a place in a central database is on the node that has it, whatever that and others are called', async () => {
  const absent = { node: 'controller', netns: 'ns2', address: '192.168.10.99', prefixLength: 24 }
  expect(await judged(lab => hasSwitchPort(lab, absent, [absent]))).toMatchObject({
    verdict: 'fails',
    where: 'db-1 · OVN_Northbound · Logical_Switch_Port · addresses',
    try: 'sudo ovn-nbctl show   # on db-1',
  })
})

it('a place on a node that is called controller and is not central stays there', async () => {
  expect(await judged(lab => bridgeHolds(lab, 'controller', 'eth9'))).toMatchObject({
    verdict: 'fails',
    where: expect.stringMatching(/^controller · /),
    try: expect.stringMatching(/ # on controller$/),
  })
})
