import { describe, expect, it } from 'vitest'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { byHand, traced, untraced, withLook } from '../testing/diagnostics.ts'
import { blind } from '../testing/outcome.ts'
import { type Edit, named, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { ACL, traceOf, withLogicalFlows, withRow } from '../testing/traces.ts'
import { probeOf } from '../traffic/traffic.ts'
import { contradiction } from './witness.ts'

const witnessed = async (lab: Lab) => {
  const { traffic, ping, route } = await probeOf(lab, pings, ns2, ns1.address)
  return told(await contradiction(lab, route, traffic, ping))
}
const LEAVES = /in_port=2.*icmp_type=8/
const hypervisor = (change: (seen: TraceSeen) => TraceSeen) => traced('hypervisor', LEAVES, change)
const first =
  (...step: Parameters<typeof byHand>) =>
  (seen: TraceSeen): TraceSeen => ({ ...seen, steps: [byHand(...step), ...seen.steps] })
const dropped = (seen: TraceSeen): TraceSeen => ({ ...seen, datapathActions: 'drop' })
const acl: Edit[] = [withLogicalFlows, withRow('ACL', ACL), hypervisor(() => traceOf('acl'))]

/** A lab that is traced otherwise, until it is looked at again. */
function atFirst(edit: Edit): Lab {
  const [before, after] = [solvedLab(edit), solvedLab()]
  const traces: Lab['traces'] = (node, packets, again) =>
    (again?.again ? after : before).traces(node, packets, again)
  return Object.assign(solvedLab(), { traces })
}

describe('the flows, as a second witness of a ping that was answered', () => {
  it('are not believed alone where a Linux bridge carries the packets as well', async () => {
    const bridged =
      (...names: string[]): Edit =>
      ({ kernel: { hypervisor } }) => {
        const plug = named(hypervisor.links, 'veth-ns2-br')
        for (const name of names) named(hypervisor.links, name).master = 'brl'
        hypervisor.links.push({ ...plug, name: 'brl', kind: 'bridge', isUp: true, addresses: [] })
      }
    expect(await witnessed(solvedLab(bridged('veth-ns2-br', 'eth2')))).toBe(
      'hypervisor · brl: the Linux bridge brl on hypervisor holds veth-ns2-br and eth2, so it carries these packets as well, past OVN',
    )
    expect(await witnessed(solvedLab(bridged('eth2')))).toBeUndefined()
  })

  it('agree on the solved lab, and where OVN was about to change what it has', async () => {
    expect(await witnessed(solvedLab())).toBeUndefined()
    expect(await witnessed(atFirst(hypervisor(dropped)))).toBeUndefined()
    expect(
      await witnessed(atFirst(hypervisor(first('br-int', 'icmp, priority 200', 'drop')))),
    ).toBeUndefined()
  })

  it('do not look at bridges that everybody may put flows into', async () => {
    const beside = hypervisor(first('br-eth2', 'icmp, priority 200', 'NORMAL'))
    expect(await witnessed(solvedLab(beside))).toBeUndefined()
  })

  it.each<[string, ...Edit[]]>([
    [
      'hypervisor · br-int · OpenFlow: the packet matches a flow on br-int that OVN did not create: table 0: icmp, priority 200 actions=output:3',
      hypervisor(first('br-int', 'icmp, priority 200', 'output:3')),
    ],
    [
      'OVN_Northbound · ACL · match: the echo-request from 192.168.10.200 to 192.168.10.100 ends at the flow that OVN created for ACL from-lport 1000 "icmp4 && ip4.src==192.168.10.200" drop (ls_in_acl_eval, table 16)',
      ...acl,
    ],
  ])('contradict it: %s', async (words, ...edits) => {
    expect(await witnessed(solvedLab(...edits))).toBe(words)
  })

  it('tell a flow of a row that is gone from one made by hand, where ovn-controller was paused', async () => {
    const left = { ...byHand('br-int', 'metadata=0x1, priority 65535', 'resubmit(,16)'), cookie: '81675707' }
    const old = hypervisor(seen => ({ ...seen, steps: [left, ...seen.steps] }))
    const words = 'table 0: metadata=0x1, priority 65535, cookie 0x81675707 actions=resubmit(,16)'
    expect(await witnessed(solvedLab(old))).toBe(
      `hypervisor · br-int · OpenFlow: the packet matches a flow on br-int that OVN did not create: ${words}`,
    )
    const paused = withLook(
      { look: 'daemon', node: 'hypervisor', daemon: 'ovn-controller' },
      { southbound: 'connected', status: 'paused' },
    )
    expect(await witnessed(solvedLab(old, paused))).toMatch(
      /^hypervisor · ovn-controller: ovn-controller of hypervisor was paused \(debug\/pause\), so it does nothing.*left from before/,
    )
  })

  it('contradict it where a flow that somebody put into another bridge would drop it', async () => {
    const guard = byHand('br-eth2', 'icmp,in_port=1, priority 95', 'drop')
    const guarded = hypervisor(seen => ({ ...dropped(seen), steps: [...seen.steps, guard] }))
    expect(await witnessed(solvedLab(guarded))).toBe(
      'hypervisor · br-eth2 · OpenFlow: packets were captured on eth2 of hypervisor, but its flows would send them to: drop; the packet matches a flow on br-eth2 that OVN did not create: table 0: icmp,in_port=1, priority 95 actions=drop',
    )
  })

  it('leave it unknown where such a flow depends on what came before', async () => {
    const guard = byHand('br-eth2', 'ct_state=+new+trk,icmp, priority 95', 'drop')
    const guarded = hypervisor(seen => ({ ...dropped(seen), steps: [...seen.steps, guard] }))
    expect(await blind(witnessed(solvedLab(guarded)))).toMatchObject({
      where: 'hypervisor · br-eth2 · OpenFlow',
    })
  })

  it('leave it unknown where they would drop it and no row says why', async () => {
    expect(await blind(witnessed(solvedLab(hypervisor(dropped))))).toMatchObject({
      reason: {
        en: 'packets were captured on eth2 of hypervisor, but its flows would send them to: drop',
        'zh-TW': expect.stringMatching(/在 hypervisor 的 eth2 擷取到了封包/),
      },
      where: 'hypervisor · br-eth2 · OpenFlow',
    })
  })

  it('leave it unknown where nobody could trace', async () => {
    expect(await blind(witnessed(solvedLab(untraced('controller'))))).toMatchObject({
      reason: { en: expect.stringMatching(/^no trace of in_port/) },
    })
  })

  it('say nothing of a link whose number ovs-vswitchd does not tell', async () => {
    const mute: Edit = ({ kernel }) => {
      delete kernel.hypervisor.datapath
    }
    expect(await witnessed(solvedLab(hypervisor(dropped), mute))).toBeUndefined()
  })
})
