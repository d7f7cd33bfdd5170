import { describe, expect, it } from 'vitest'
import type { DhcpHeard } from '../../harness/look/evidence.ts'
import { type Edit, type Evidence, lan, leasedLab, ns1 } from '../testing/leased-lab.ts'
import { blind, unmet } from '../testing/outcome.ts'

const heard = ({ dhcp }: Evidence) => dhcp.ns1!.heard
const offers = (evidence: Evidence) => heard(evidence).filter(({ message }) => message === 'offer')
const silent: Edit = evidence => {
  evidence.dhcp.ns1!.heard = heard(evidence).filter(({ message }) => message !== 'offer')
}
const saying =
  (more: Partial<DhcpHeard>): Edit =>
  evidence => {
    for (const offer of offers(evidence)) Object.assign(offer, more)
  }
const port = ({ northbound, kernel }: Evidence) => {
  const { mac } = kernel.controller.netns.ns1!.find(({ name }) => name === 'eth0')!
  return northbound.Logical_Switch_Port.find(({ addresses }) => addresses[0]!.startsWith(mac))!
}
const outer: Edit = ({ kernel }) => {
  kernel.controller.links.find(({ name }) => name === 'veth-ns1-br')!.isUp = false
}

describe('an OFFER', () => {
  it('is OVN’s, as its rows say', async () => {
    await expect(lan.offered(ns1)(leasedLab())).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    ['another address', saying({ offered: '10.0.0.77' })],
    ['another server', saying({ serverId: '10.0.0.254' })],
    ['another MAC address', saying({ sourceMac: '02:00:00:00:00:99' })],
    ['another lease time', saying({ leaseSeconds: 60 })],
    ['no router', saying({ routers: [] })],
  ])('is none of these rows: %s', async (_, edit) => {
    expect((await unmet(lan.offered(ns1)(leasedLab(edit)))).where).toBe('controller · veth-ns1-br')
  })

  it('is of no use where something at the link of the namespace drops it', async () => {
    const lab = (...taken: boolean[]) =>
      leasedLab(evidence => {
        for (const [at, offer] of offers(evidence)
          .filter(({ isInside }) => isInside)
          .entries())
          offer.isTaken = taken[at % taken.length]!
      })
    expect((await unmet(lan.offered(ns1)(lab(false)))).where).toBe('controller · netns ns1 · hooks')
    await expect(lan.offered(ns1)(lab(true))).resolves.toBeUndefined()
  })

  it('is somebody else’s where it came in by another link, however alike', async () => {
    const lab = leasedLab(evidence => {
      heard(evidence).push({ ...offers(evidence)[0]!, link: 'twin0', isOutgoing: false, isInside: false })
    })
    expect((await unmet(lan.offered(ns1)(lab))).where).toBe('controller · twin0')
  })

  it('is OVN’s where a mirror puts a copy out by an internal port; what the node sends by one is not', async () => {
    const by =
      (isOutgoing: boolean): Edit =>
      evidence => {
        heard(evidence).push({ ...offers(evidence)[0]!, link: 'br-int', isOutgoing, isInside: false })
      }
    await expect(lan.offered(ns1)(leasedLab(by(false)))).resolves.toBeUndefined()
    expect((await unmet(lan.offered(ns1)(leasedLab(by(true))))).where).toBe('controller · br-int')
  })

  it('is somebody else’s where the flows do not hand the DISCOVER to OVN', async () => {
    const step = { bridge: 'br-int', table: 0, cookie: '77', notes: [] }
    const lab = leasedLab(evidence => {
      evidence.trace = {
        steps: [{ ...step, flow: 'in_port=3, priority 65535', actions: ['output:9'] }],
        bridges: ['br-int'],
        datapathActions: '9',
      }
    })
    expect((await unmet(lan.offered(ns1)(lab))).where).toBe('controller · br-int · OpenFlow')
  })

  it.each<[string, Edit]>([
    ['controller · veth-ns1-br', outer],
    [
      'OVN_Northbound · Logical_Switch_Port · enabled',
      evidence => {
        port(evidence).enabled = [false]
      },
    ],
    [
      'OVN_Northbound · Logical_Switch_Port · port_security',
      evidence => {
        port(evidence).port_security = ['02:00:00:00:00:99']
      },
    ],
    [
      'OVN_Northbound · DHCP_Options · options:domain_name',
      ({ northbound }) => {
        northbound.DHCP_Options[0]!.options.domain_name = 'lab'
      },
    ],
    [
      'controller · ovn-controller',
      ({ kernel }) => {
        kernel.controller.daemons = ['ovn-northd', 'ovs-vswitchd']
      },
    ],
  ])('is missing because of %s', async (where, edit) => {
    expect((await unmet(lan.offered(ns1)(leasedLab(silent, edit)))).where).toBe(where)
  })

  it('is not said to be missing where the question was not heard', async () => {
    const lab = leasedLab(({ dhcp }) => {
      dhcp.ns1!.heard = []
    })
    expect((await blind(lan.offered(ns1)(lab))).where).toBe('controller · veth-ns1-br')
  })
})
