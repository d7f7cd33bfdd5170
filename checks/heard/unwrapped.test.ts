import { expect, it } from 'vitest'
import type { TraceSeen, TraceStep } from '../../harness/look/evidence.ts'
import { unwrapped } from './unwrapped.ts'

const step = (bridge: string, table: number, ...notes: string[]): TraceStep => ({
  bridge,
  table,
  flow: 'priority 0',
  cookie: '0',
  actions: ['resubmit'],
  notes,
})
const trace = (steps: TraceStep[], ...bridges: string[]): TraceSeen => ({
  steps,
  bridges,
  datapathActions: 'tnl_push(tnl_port(4))',
})

it('leaves out what the bridges of the underlay do with the packet of the tunnel', () => {
  const wraps = step('br-int', 42, 'output to native tunnel', 'tunneling to 192.168.33.10 via br-eth1')
  const whole = trace(
    [step('br-int', 0), wraps, step('br-eth1', 0, 'forwarding to learned port'), step('br-int', 43)],
    'br-int',
    'br-eth1',
  )
  expect(unwrapped(whole)).toMatchObject({
    steps: [{ table: 0 }, { table: 42 }, { bridge: 'br-int', table: 43 }],
    bridges: ['br-int'],
  })
})

it('leaves a trace as it is that enters no tunnel', () => {
  const plain = trace([step('br-int', 0), step('br-eth2', 0)], 'br-int', 'br-eth2')
  expect(unwrapped(plain)).toBe(plain)
})
