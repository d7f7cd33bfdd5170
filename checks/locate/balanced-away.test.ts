import { expect, it } from 'vitest'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import type { LoadBalancer } from '../../harness/ovsdb/tables.ts'
import type { Break } from '../heard/bracket.ts'
import type { Route } from '../route/route.ts'
import { ns1, ns2, solvedLab } from '../testing/solved-lab.ts'
import { balancedAway } from './balanced-away.ts'

const row: LoadBalancer = {
  _uuid: 'lb',
  name: 'lb0',
  vips: { [ns1.address]: `${ns2.address},192.168.10.77` },
  protocol: [],
  options: {},
  external_ids: {},
}
const lab = solvedLab(({ northbound }) => {
  Object.assign(northbound, { Load_Balancer: [row] })
})

/** What a trace says of a bucket of a load balancer (3.5.0). */
const giving = (address: string): TraceSeen => ({
  steps: [
    {
      bridge: 'br-int',
      table: 21,
      flow: 'ct_state=+new+trk,ip, priority 110',
      cookie: '2107b641',
      actions: ['group:1', 'bucket 1', `ct(commit,table=22,zone=NXM_NX_REG13[0..15],nat(dst=${address}))`],
      notes: [],
    },
  ],
  bridges: ['br-int'],
  datapathActions: '6',
})
const found = (given: string, destination = ns1.address) =>
  balancedAway(lab, { to: ns1 } as unknown as Route, giving(given), { packet: { destination } } as Break)

it('names the load balancer that has the address of the host', async () => {
  expect(await found('192.168.10.77')).toMatchObject({
    where: 'OVN_Northbound · Load_Balancer · vips',
    saw: { en: `the load balancer lb0 gives packets for ${ns1.address} the address 192.168.10.77` },
    cause: 'load-balancer',
  })
})

it.each([
  ['the address stays', ns1.address, ns1.address],
  ['no load balancer gives it', '192.168.10.99', ns1.address],
  ['it is no host’s own address', '192.168.10.77', '192.168.10.250'],
])('names none where %s', async (_, given, destination) => {
  expect(await found(given, destination)).toBeUndefined()
})

it('names the load balancer that has the address of a machine outside', async () => {
  const broken = { packet: { destination: ns1.address } } as Break
  const route = { address: ns1.address } as Route
  expect(await balancedAway(lab, route, giving('192.168.10.77'), broken)).toMatchObject({
    cause: 'load-balancer',
  })
})

it('says nothing of who asks for the address of the load balancer itself', async () => {
  const asked = { to: undefined, address: ns1.address, isTakenByOvn: true } as unknown as Route
  const broken = { packet: { destination: ns1.address } } as Break
  expect(await balancedAway(lab, asked, giving('192.168.10.77'), broken)).toBeUndefined()
  expect(
    await balancedAway(lab, { ...asked, isTakenByOvn: undefined } as never, giving('192.168.10.77'), broken),
  ).toBeDefined()
})
