import { describe, expect, it } from 'vitest'
import type { PortFlags } from '../../harness/look/evidence.ts'
import { withLook } from '../testing/diagnostics.ts'
import { type Edit, named, solvedLab } from '../testing/solved-lab.ts'
import { lost, traceOf } from '../testing/traces.ts'
import { switchOddity } from './bridge-oddity.ts'

const ABOUT = { integration: 'br-int', links: ['veth-ns2-br', 'eth2'], broken: lost }
const oddityOf = (trace: string, ...edits: Edit[]) =>
  switchOddity(solvedLab(...edits), 'hypervisor', traceOf(trace), ABOUT)

const bridge =
  (columns: object): Edit =>
  ({ ovs }) =>
    void Object.assign(named(ovs.hypervisor.Bridge, 'br-eth2'), columns)
const port =
  (name: string, columns: object): Edit =>
  ({ ovs }) =>
    void Object.assign(named(ovs.hypervisor.Port, name), columns)
const PATCH = 'patch-ls0-localnet-to-br-int'
const flags =
  (byName: PortFlags): Edit =>
  evidence => {
    const numbered = Object.entries(byName).map(([name, told]) => [
      named(evidence.ovs.hypervisor.Interface, name).ofport[0],
      told,
    ])
    const request = { look: 'port-flags', node: 'hypervisor', bridge: 'br-eth2' } as const
    withLook(request, Object.fromEntries(numbered))(evidence)
  }

describe('what keeps a bridge from switching', () => {
  it.each<[string, string, Edit[], string, string]>([
    ['a flow', 'drop-on-br-eth2', [], 'br-eth2 · OpenFlow', 'flow-by-hand'],
    [
      'fail_mode',
      'fail-mode-secure',
      [bridge({ fail_mode: ['secure'] })],
      'Open_vSwitch · Bridge · fail_mode',
      'fail-mode-secure',
    ],
    ['no flow', 'fail-mode-secure', [], 'br-eth2 · OpenFlow', 'flow-absent'],
    [
      'a spanning tree',
      'flooded',
      [bridge({ stp_enable: true })],
      'Open_vSwitch · Bridge · stp_enable',
      'spanning-tree',
    ],
    [
      'its rapid kind',
      'flooded',
      [bridge({ rstp_enable: true })],
      'Open_vSwitch · Bridge · rstp_enable',
      'spanning-tree',
    ],
    [
      'a flag of a port',
      'flooded',
      [flags({ eth2: ['NO_FWD'] })],
      'br-eth2 · OpenFlow · port eth2',
      'port-flags',
    ],
    [
      'a flag of a port that takes nothing in',
      'refused-at-input',
      [flags({ [PATCH]: ['NO_RECV'] })],
      `br-eth2 · OpenFlow · port ${PATCH}`,
      'port-flags',
    ],
    [
      'protected ports',
      'flooded',
      [port('eth2', { protected: true }), port(PATCH, { protected: true })],
      'Open_vSwitch · Port · protected',
      'ports-protected',
    ],
    ['a tag', 'flooded', [port('eth2', { tag: [100] })], 'Open_vSwitch · Port · tag', 'bridge-port-vlan'],
    [
      'trunks',
      'flooded',
      [port('eth2', { trunks: [20, 30] })],
      'Open_vSwitch · Port · trunks',
      'bridge-port-vlan',
    ],
    ['what it learnt', 'learnt-at-input', [], 'br-eth2 · fdb', 'mac-learnt-elsewhere'],
  ])('%s', async (_what, trace, edits, where, cause) => {
    const told = await oddityOf(trace, ...edits)
    expect(told).toMatchObject({ where: `hypervisor · ${where}`, cause })
    expect(told?.saw['zh-TW']).toMatch(/\p{Script=Han}/u)
  })

  it.each([
    ['what it was told', 'static', 'mac-written-elsewhere', /written by hand \(static\) and names eth2, so/],
    ['what it was told of another', 'other', 'mac-learnt-elsewhere', /same source MAC arrived there$/],
  ])('%s', async (_what, whose, cause, words) => {
    const mac = '0a:00:00:00:00:99'
    const request = { look: 'written-fdb', node: 'hypervisor', bridge: 'br-eth2' } as const
    const written: Edit = evidence => {
      const port = String(named(evidence.ovs.hypervisor.Interface, 'eth2').ofport[0])
      withLook(request, [{ port, vlan: 0, mac: whose === 'static' ? mac : '0a:00:00:00:00:01' }])(evidence)
    }
    const echo = { token: '', icmp: 'echo-request' as const, source: '', destination: '' }
    const frame = { ...echo, sourceMac: '', destinationMac: mac, count: 1, firstMs: 0 }
    const about = { ...ABOUT, broken: { ...lost, frame } }
    const told = await switchOddity(solvedLab(written), 'hypervisor', traceOf('learnt-at-input'), about)
    expect(told).toMatchObject({ where: 'hypervisor · br-eth2 · fdb', cause })
    expect(told?.saw.en).toMatch(words)
  })

  it('what it learnt of a host that has the same MAC', async () => {
    const mac = '0a:00:00:00:00:99'
    const cloned: Edit = ({ kernel }) => {
      named(kernel.hypervisor.links, 'eth2').mac = mac
    }
    const echo = { token: '', icmp: 'echo-request' as const, source: '', destination: '' }
    const frame = { ...echo, sourceMac: '', destinationMac: mac, count: 1, firstMs: 0 }
    const about = { ...ABOUT, broken: { ...lost, frame } }
    const told = await switchOddity(solvedLab(cloned), 'hypervisor', traceOf('learnt-at-input'), about)
    expect(told).toMatchObject({ where: 'hypervisor · eth2', cause: 'mac-twice' })
    expect(told?.saw.en).toMatch(/^eth2 on hypervisor has that MAC as well .*br-eth2 believes/)
  })

  it.each([
    ['eth7', {}, 'bond_mode', 'the member it uses is eth7'],
    ['eth8', {}, 'bond_mode', 'the packet does not cross it'],
    ['eth7', { 'bond-primary': 'eth7' }, 'other_config:bond-primary', 'bond-primary = eth7'],
    ['eth7', { 'bond-primary': 'eth2' }, 'bond_mode', 'the member it uses is eth7'],
  ])('a bond, with what of it is used: %s, %o', async (name, other_config, column, told) => {
    const bond: Edit = ({ ovs, kernel }) => {
      const { Port, Interface } = ovs.hypervisor
      const eth2 = named(Port, 'eth2')
      Interface.push({ ...named(Interface, 'eth2'), _uuid: 'other', name: 'eth7' })
      Object.assign(eth2, { name: 'bond0', interfaces: [...eth2.interfaces, 'other'], other_config })
      const known = named(kernel.hypervisor.datapath, 'eth2')
      kernel.hypervisor.datapath!.push({ ...known, name, number: 77 })
    }
    const sent = { ...traceOf('flooded'), datapathActions: '77' }
    const found = await switchOddity(solvedLab(bond), 'hypervisor', sent, ABOUT)
    expect(found?.where).toBe(`hypervisor · Open_vSwitch · Port · ${column}`)
    expect(found?.saw.en).toContain(told)
  })

  it('the flow that leads into a table without one, whatever the fail_mode', async () => {
    const missed = traceOf('fail-mode-secure')
    const at = missed.steps.findLastIndex(({ bridge }) => bridge === 'br-eth2')
    const [last] = missed.steps.splice(at, 1)
    missed.steps.push(
      { ...last!, table: 0, flow: 'priority 10', actions: ['resubmit(,5)'] },
      { ...last!, table: 5, flow: 'No match.', actions: ['drop'] },
    )
    const lab = solvedLab(bridge({ fail_mode: ['secure'] }))
    const found = await switchOddity(lab, 'hypervisor', missed, ABOUT)
    expect(found?.where).toBe('hypervisor · br-eth2 · OpenFlow')
    expect(found?.saw.en).toContain('table 0: priority 10 actions=resubmit(,5)')
  })

  it('is no flow that the packet was never given to', async () => {
    expect(await oddityOf('refused-at-input')).toBeUndefined()
  })

  it.each<[string, Edit[]]>([
    ['nothing', []],
    ['one protected port', [port('eth2', { protected: true })]],
    [
      'one tag for all',
      [port('eth2', { tag: [100] }), port(PATCH, { tag: [100] }), port('br-eth2', { tag: [100] })],
    ],
    ['trunks with what has no tag', [port('eth2', { trunks: [0, 20] })]],
    ['a flag of its own port', [flags({ 'br-eth2': ['PORT_DOWN'] })]],
  ])('is not %s', async (_what, edits) => {
    expect(await oddityOf('flooded', ...edits)).toBeUndefined()
  })

  it('is a tag between the node itself and the only link that a bridge has', async () => {
    const found = (...edits: Edit[]) =>
      switchOddity(solvedLab(...edits), 'hypervisor', undefined, { ...ABOUT, links: ['eth1'] })
    const tagged = port('eth1', { tag: [33] })
    expect((await found(tagged))?.where).toBe('hypervisor · Open_vSwitch · Port · tag')
    expect(await found(tagged, port('br-eth1', { tag: [33] }))).toBeUndefined()
  })

  it('is a spanning tree of the integration bridge where a port of it puts nothing out yet', async () => {
    const speaks: Edit = ({ ovs }) =>
      void Object.assign(named(ovs.hypervisor.Bridge, 'br-int'), { stp_enable: true })
    const step = { bridge: 'br-int', table: 65, flow: '', cookie: '1', actions: ['output:2'] }
    const found = (...notes: string[]) =>
      switchOddity(
        solvedLab(speaks),
        'hypervisor',
        { ...traceOf('flooded'), bridges: ['br-int'], steps: [{ ...step, notes }] },
        ABOUT,
      )
    expect((await found('STP not in forwarding state, skipping output'))?.cause).toBe('spanning-tree')
    expect(await found()).toBeUndefined()
  })

  it('is looked for at the ports alone where there is no trace', async () => {
    const lab = solvedLab(port('eth2', { tag: [100] }), port(PATCH, { tag: [200] }))
    expect((await switchOddity(lab, 'hypervisor', undefined, ABOUT))?.where).toBe(
      'hypervisor · Open_vSwitch · Port · tag',
    )
  })
})
