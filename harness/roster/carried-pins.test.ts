import { describe, expect, it } from 'vitest'
import type { NodeAddress } from '../inventory/inventory.ts'
import { carriedPins, takeSeen, WorkerPins } from './carried-pins.ts'
import { newKey, publicOf } from './host-keys.testing.ts'
import { at, here, lines, pinned } from './pins.testing.ts'
import type { Student } from './roster.ts'

const gate = at(2200, { host: 'gate' })
const behind = (host: string): NodeAddress => at(22, { host, jump: gate })
const student = (id: string): Student => ({
  ...{ id, name: id },
  work: { kind: 'nodes', nodes: { controller: behind(id) } },
})
const [one, other] = [student('s01'), student('s02')]
const [gateKey, gateKey2, key1, key2] = [0, 1, 2, 3].map(() => publicOf(newKey()))

describe('host keys that workers of a queue see', () => {
  it('are pinned once; what was seen through another key of the jump host is not taken', () => {
    const pins = pinned()
    const workers = [new WorkerPins(), new WorkerPins()]
    const ofJob = (worker: number, of: Student) => workers[worker]!.of('run', carriedPins(pins, of))
    ofJob(0, one).keep('controller via gate', gate, gateKey!)
    ofJob(0, one).keep('controller', behind('s01'), key1!)
    ofJob(1, other).keep('controller via gate', gate, gateKey2!)
    ofJob(1, other).keep('controller', behind('s02'), key2!)
    expect(takeSeen(pins, one, workers[0]!.seen('run', one))).toBeUndefined()
    const refused = takeSeen(pins, other, workers[1]!.seen('run', other))
    expect(refused?.reason.en).toContain(`${gateKey2}, which is not the host key in ${here.lock}`)
    expect(carriedPins(pins, other).keys).toEqual({ '[gate]:2200': gateKey })
    // The next run has it, and sees nothing for the first time.
    expect(new WorkerPins().of('next', carriedPins(pins, other)).kept(gate)).toBe(gateKey)
  })

  it('of a shared jump host are told with every student behind it, though it was reached once', () => {
    const worker = new WorkerPins()
    worker.of('run', carriedPins(pinned(), one)).keep('controller via gate', gate, gateKey!)
    expect(worker.seen('run', other).map(({ key }) => key)).toEqual([gateKey])
    expect(worker.seen('another run', other)).toEqual([])
  })

  it('pin nothing of other servers, and nothing that is no key, whatever the database holds', () => {
    const pins = pinned()
    const good = { server: 'gate', node: 'x', key: gateKey }
    for (const seen of [undefined, 'x', [null, 7, good, { ...good, server: '[gate]:2200', key: 'x y\nz' }]])
      expect(takeSeen(pins, one, seen)).toBeUndefined()
    takeSeen(pins, one, [{ server: '[gate]:2200', node: 'x\nevil ssh-ed25519 AAAA', key: gateKey }])
    expect(lines()).toEqual([`[gate]:2200 ${gateKey} s01 x evil ssh-ed25519 AAAA`])
  })
})
