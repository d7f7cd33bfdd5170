import { describe, expect, it } from 'vitest'
import type { ArpFacts, LogicalTraceSeen } from '../../harness/look/evidence.ts'
import { type Edit, gatewayLab, path } from '../testing/gateway-lab.ts'
import { field } from '../testing/nft.ts'
import { unmet } from '../testing/outcome.ts'

const ECHO = {
  match: { op: '==', left: { payload: { protocol: 'icmp', field: 'type' } }, right: 'echo-request' },
}
/** A filter that drops pings from other addresses than these. */
const only =
  (right: unknown, chain: Record<string, unknown> = {}): Edit =>
  ({ looks }) => {
    const match = { op: '!=', left: { payload: { protocol: 'ip', field: 'saddr' } }, right }
    looks.arp = {
      ...{ neighbours: [], solicits: {} },
      chains: [
        {
          ...{ family: 'ip', table: 'known', name: 'in', hook: 'input', devices: [], policy: 'accept' },
          ...{ rules: [[ECHO, { match }, { drop: null }]], ...chain },
        },
      ],
    }
  }

describe('who pings the floating address', () => {
  it('is anybody where a filter lets in the whole network', async () => {
    const whole = only({ prefix: { addr: '192.168.10.0', len: 24 } })
    await expect(path.outsideReaches()(gatewayLab(whole))).resolves.toBeUndefined()
  })

  it('is not only the one that was asked', async () => {
    const { where, saw } = await unmet(path.outsideReaches()(gatewayLab(only('192.168.10.1'))))
    expect(where).toBe('controller · netns ns1 · nftables')
    expect(saw.en).toMatch(/192\.168\.10\.1 is answered, but a ping from 192\.168\.10\.\d+ would be lost/)
  })

  it('is told from the frames that a link of a node lets in', async () => {
    const hooked = only('192.168.10.1', { family: 'netdev', hook: 'ingress', devices: ['eth2'] })
    expect((await unmet(path.outsideReaches()(gatewayLab(hooked)))).where).toBe('hypervisor · eth2')
  })

  it('is told from the frames that leave by it, under the address that the router gives them', async () => {
    const answers: Edit = evidence => {
      only('192.168.10.1', { family: 'netdev', hook: 'egress', devices: ['eth2'] })(evidence)
      const [rule] = (evidence.looks.arp as ArpFacts).chains[0]!.rules as unknown[][]
      rule!.splice(0, 2, field('ip', 'saddr', '192.168.10.40'), field('ip', 'daddr', '192.168.10.1', '!='))
    }
    expect((await unmet(path.outsideReaches()(gatewayLab(answers)))).where).toBe('hypervisor · eth2')
  })

  it('is not whom the router answers elsewhere, or not at all', async () => {
    const answered =
      (...others: LogicalTraceSeen[]): Edit =>
      ({ looks }) => {
        looks['logical-traces'] = [{ outputs: ['ls1-localnet'], given: [] }, ...others]
      }
    const here = { outputs: ['ls1-localnet'] }
    const reached = (...others: LogicalTraceSeen[]) => path.outsideReaches()(gatewayLab(answered(...others)))
    await expect(reached(here, here, {}, here)).resolves.toBeUndefined()
    for (const lost of [{ outputs: [] }, { outputs: ['ls0-ns1'] }, { ...here, asksFor: '192.168.10.99' }])
      expect((await unmet(reached(here, lost))).where).toBe('OVN_Northbound · Logical_Router')
  })

  it('is not whom the router answers by the MAC address of the one who asked', async () => {
    const traced =
      (...seen: LogicalTraceSeen[]): Edit =>
      ({ looks }) => {
        looks['logical-traces'] = seen
      }
    const bearing = (sentTo: string) => ({ outputs: ['ls1-localnet'], given: [], sentTo })
    const [own, another] = ['02:00:c0:a8:0a:01', '02:00:c0:a8:0a:63'].map(bearing)
    await expect(path.outsideReaches()(gatewayLab(traced(own!, another!)))).resolves.toBeUndefined()
    const { where, saw } = await unmet(path.outsideReaches()(gatewayLab(traced(own!, another!, own!))))
    expect(where).toBe('OVN_Northbound · Logical_Router')
    expect(saw.en).toContain('(02:00:c0:a8:0a:01)')
  })

  it('is not whom the namespace answers by another link', async () => {
    const answering =
      (...routes: object[]): Edit =>
      ({ looks }) => {
        looks.routes = routes
      }
    const gate = { device: 'eth0', gateway: '192.168.100.254' }
    await expect(path.outsideReaches()(gatewayLab(answering(gate, gate, gate)))).resolves.toBeUndefined()
    for (const other of [{ device: 'dk' }, { ...gate, gateway: '192.168.100.9' }, { error: 'unreachable' }])
      expect((await unmet(path.outsideReaches()(gatewayLab(answering(gate, other))))).where).toBe(
        'controller · netns ns1 · routes',
      )
  })
})
