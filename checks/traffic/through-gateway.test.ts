import { describe, expect, it } from 'vitest'
import type { CaptureHeard, CaptureSeen, HeardPacket } from '../../harness/look/evidence.ts'
import { type Edit, FLOATING, gatewayLab, ns1, OUTER, path } from '../testing/gateway-lab.ts'
import { blind, unmet } from '../testing/outcome.ts'
import { blindness } from '../testing/wire.ts'

/** Each packet on eth2 of hypervisor, and at the other end of its wire, as `change` makes it; gone without. */
const onEth2 =
  (change: (packet: HeardPacket) => HeardPacket | undefined): Edit =>
  ({ traffic }) => {
    for (const seen of traffic.captures) {
      const at = seen.wireOf ?? seen
      if ('heard' in seen && at.node === 'hypervisor' && at.link === 'eth2')
        seen.heard = seen.heard.flatMap(packet => change(packet) ?? [])
    }
  }

const renamed = (from: string, to: string) => (packet: HeardPacket) => ({
  ...packet,
  source: packet.source === from ? to : packet.source,
  destination: packet.destination === from ? to : packet.destination,
})

describe('throughGateway', () => {
  it.each([
    'reachesOutside',
    'reachesBeyond',
    'outsideReaches',
    'outsideSees',
    'answersAs',
    'leavesOnlyBy',
  ] as const)('%s holds on the solved lab', async sentence => {
    await expect(path[sentence]()(gatewayLab())).resolves.toBeUndefined()
  })

  it('does not hold where the outside sees the address of ns1', async () => {
    const lab = () => gatewayLab(onEth2(renamed(OUTER, ns1.address)))
    expect((await unmet(path.outsideSees()(lab()))).where).toContain('hypervisor')
    expect((await unmet(path.reachesOutside()(lab()))).where).toContain('hypervisor')
  })

  it('does not hold where answers bear another address than was asked', async () => {
    const lab = gatewayLab(onEth2(renamed(FLOATING, OUTER)))
    const { where } = await unmet(path.answersAs()(lab))
    expect(where).toContain('hypervisor')
  })

  it('does not hold where another node sends it out as well', async () => {
    const lab = gatewayLab(({ traffic }) => {
      const own = traffic.captures.find(({ node, link }) => node === 'hypervisor' && link === 'eth2')!
      traffic.captures.push({ ...structuredClone(own), node: 'controller' })
    })
    const { where } = await unmet(path.leavesOnlyBy()(lab))
    expect(where).toBe('controller · eth2')
  })

  it('does not hold where another node sends it out in a tunnel, and not in a frame that came in', async () => {
    const hidden = (incoming: number) =>
      gatewayLab(({ traffic }) => {
        const own = structuredClone(traffic.captures.find(({ link }) => link === 'eth2')) as CaptureHeard
        const [{ token }] = own.heard as [HeardPacket]
        const otherwise = [{ token, how: 'UDP 192.168.10.66 > 192.168.10.77 port 4789', count: 3, incoming }]
        traffic.captures.push({
          ...own,
          node: 'controller',
          heardMarker: true,
          heard: [],
          arps: [],
          otherwise,
        })
      })
    const { where, saw } = await unmet(path.leavesOnlyBy()(hidden(0)))
    expect([where, saw.en]).toEqual(['controller · eth2', expect.stringContaining('port 4789')])
    await expect(path.leavesOnlyBy()(hidden(3))).resolves.toBeUndefined()
  })

  describe('cannot tell that no other node sends any where its link', () => {
    const at = { node: 'controller', link: 'eth2' }
    const up: Edit = ({ kernel }) => {
      for (const link of kernel.controller.links)
        if (link.name === at.link) Object.assign(link, { isUp: true, hasCarrier: true })
    }
    const captured =
      (seen: Partial<CaptureSeen>): Edit =>
      ({ traffic }) => {
        const heard = { heard: [], arps: [], otherwise: [], packetsTotal: 1, droppedByKernel: 0 }
        traffic.captures.push({ ...at, ...('blind' in seen ? {} : heard), ...seen } as CaptureSeen)
      }
    const refused = captured({ blind: blindness('controller', 'eth2') })
    const deaf = captured({ heardMarker: false })
    const wire = captured({ node: 'wires', link: 'w', wireOf: at, heardMarker: true })
    const outcome = (...edits: Edit[]) => path.leavesOnlyBy()(gatewayLab(...edits))

    it.each([
      ['could not be listened to', refused],
      ['was listened to in vain', deaf],
    ])('%s', async (_, edit) => {
      expect((await blind(outcome(up, edit))).where).toBe('controller · eth2')
      // At the other end of the wire nothing of it came out.
      await expect(outcome(up, edit, wire)).resolves.toBeUndefined()
    })

    it('is switched off, which says enough', async () => {
      await expect(outcome(refused)).resolves.toBeUndefined()
    })
  })
})
