import { describe, expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { type Edit, ns1, ns3, onPlug, path, routedLab } from '../testing/routed-lab.ts'

const ask = (...edits: Edit[]) => path.crossesRouter(ns1, ns3)(routedLab(...edits))
const onRequests = (change: object) =>
  onPlug('veth-ns3-br', packet => (packet.icmp === 'echo-request' ? { ...packet, ...change } : packet))

describe('a ping between two subnets', () => {
  it('bears what a router makes of it', async () => {
    await expect(ask()).resolves.toBeUndefined()
    await expect(path.reaches(ns3, ns1)(routedLab())).resolves.toBeUndefined()
  })

  it.each<[string, object, string]>([
    ['a TTL as if nobody had forwarded it', { ttl: 64 }, 'ttl 64'],
    ['a TTL as of two routers', { ttl: 62 }, 'ttl 62'],
    ['the MAC address of something else', { sourceMac: '02:00:00:00:77:01' }, '02:00:00:00:77:01 >'],
  ])('does not: %s', async (_, change, saw) => {
    expect((await unmet(ask(onRequests(change)))).saw.en).toContain(saw)
    await expect(path.reaches(ns1, ns3)(routedLab(onRequests(change)))).rejects.toThrow()
  })

  it('does not where it did not get there', async () => {
    await expect(ask(onPlug('veth-ns3-br', () => undefined))).rejects.toThrow()
  })
})
