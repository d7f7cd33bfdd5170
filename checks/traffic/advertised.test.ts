import { describe, expect, it } from 'vitest'
import type { RaHeard } from '../../harness/look/evidence.ts'
import { advertisedLab, type Edit, type Evidence, inet6, ns1, ns2 } from '../testing/advertised-lab.ts'
import { blind, unmet } from '../testing/outcome.ts'

const seen = ({ ra }: Evidence) => ra.ns1!
const answers = (evidence: Evidence) =>
  seen(evidence).heard.filter(
    ({ message, destination }) => message === 'advertisement' && !/^ff/.test(destination),
  )
const silent: Edit = evidence => {
  seen(evidence).heard = seen(evidence).heard.filter(({ message }) => message !== 'advertisement')
}
const saying =
  (more: Partial<RaHeard>): Edit =>
  evidence => {
    for (const one of answers(evidence)) Object.assign(one, more)
  }
const also =
  (more: Partial<RaHeard>): Edit =>
  evidence =>
    void seen(evidence).heard.push({ ...answers(evidence)[0]!, ...more })
const inside = { isInside: true, link: 'eth0', isOutgoing: false }
const guard =
  (words: string): Edit =>
  ({ northbound }) => {
    northbound.Logical_Switch_Port.find(({ name }) => name === 'ls0-ns1')!.port_security = [words]
  }

describe('an advertisement', () => {
  it('is OVN’s, as its rows say', async () => {
    await expect(inet6.advertised(ns1)(advertisedLab())).resolves.toBeUndefined()
    await expect(inet6.advertised(ns2)(advertisedLab())).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    ['no router', saying({ lifetimeSeconds: 0 })],
    ['an address that is not of the link', saying({ source: '2001:db8:3::1' })],
    ['no prefix', saying({ prefixes: [] })],
    ['a prefix to ask about', saying({ prefixes: [{ prefix: '2001:db8:3::/64', isAutonomous: false }] })],
  ])('tells of %s', async (_, edit) => {
    expect((await unmet(inet6.advertised(ns1)(advertisedLab(edit)))).where).toBe('controller · veth-ns1-br')
  })

  it.each<[string, Edit]>([
    [
      'controller · netns ns1',
      also({ ...inside, sourceMac: '02:00:00:00:00:99', source: 'fe80::99', destination: 'ff02::1' }),
    ],
    ['controller · twin0', also({ link: 'twin0', isInside: false, isOutgoing: false })],
  ])('is somebody else’s as well: %s', async (where, edit) => {
    expect((await unmet(inet6.advertised(ns1)(advertisedLab(edit)))).where).toBe(where)
  })

  it('is that of another router port of OVN as well, heard at that moment or not', async () => {
    const beside =
      (ipv6_ra_configs: Record<string, string>): Edit =>
      ({ northbound: { Logical_Router_Port: routerPorts, Logical_Switch_Port: ports } }) => {
        routerPorts.push({
          ...routerPorts[0]!,
          _uuid: 'b',
          name: 'lr9-ls0',
          networks: ['fd00::1/64'],
          ipv6_ra_configs,
        })
        // The switch is known by its ports: that of ns2 becomes the other one that leads to a router.
        const own = ports.find(({ name }) => name === 'ls0-ns2')!
        Object.assign(own, { type: 'router', options: { 'router-port': 'lr9-ls0' } })
      }
    const told = await unmet(
      inet6.advertised(ns1)(advertisedLab(beside({ address_mode: 'slaac', send_periodic: 'true' }))),
    )
    expect(told.where).toBe('OVN_Northbound · Logical_Router_Port · ipv6_ra_configs')
    expect(told.saw.en).toBe('the router port lr9-ls0 (fd00::1/64) advertises itself on this switch as well')
    await expect(inet6.advertised(ns1)(advertisedLab(beside({})))).resolves.toBeUndefined()
  })

  it('is OVN’s where a mirror puts a copy out by an internal port', async () => {
    const lab = advertisedLab(also({ link: 'br-int', isInside: false, isOutgoing: false }))
    await expect(inet6.advertised(ns1)(lab)).resolves.toBeUndefined()
  })

  it('is somebody else’s where the flows do not hand the question to OVN', async () => {
    const step = { bridge: 'br-int', table: 0, cookie: '77', notes: [] }
    const lab = advertisedLab(evidence => {
      evidence.trace = {
        steps: [{ ...step, flow: 'in_port=3, priority 65535', actions: ['output:9'] }],
        bridges: ['br-int'],
        datapathActions: '9',
      }
    })
    expect((await unmet(inet6.advertised(ns1)(lab))).where).toBe('controller · br-int · OpenFlow')
  })

  it.each<[string, Edit]>([
    ['OVN_Northbound · Logical_Switch_Port · port_security', guard('02:00:00:00:00:01 10.0.0.2')],
    [
      'controller · ovn-controller',
      ({ kernel }) => {
        kernel.controller.daemons = ['ovn-northd', 'ovs-vswitchd']
      },
    ],
    ['controller · br-int', () => undefined],
  ])('is missing because of %s', async (where, edit) => {
    expect((await unmet(inet6.advertised(ns1)(advertisedLab(silent, edit)))).where).toBe(where)
  })

  it('that was sent to everybody is no answer', async () => {
    const lab = advertisedLab(saying({ destination: 'ff02::1' }))
    expect((await unmet(inet6.advertised(ns1)(lab))).saw.en).toMatch(/none was answered/)
  })

  it('is not said to be missing where the question was not heard', async () => {
    const lab = advertisedLab(evidence => {
      seen(evidence).heard = []
    })
    expect((await blind(inet6.advertised(ns1)(lab))).where).toBe('controller · veth-ns1-br')
  })

  it('says nothing of addresses when there was none', async () => {
    expect((await blind(inet6.formsAddress(ns1)(advertisedLab(silent)))).where).toBe('controller · netns ns1')
  })
})

describe('the addresses that were formed', () => {
  it.each([
    ['to the router', inet6.routerAnswers(ns1)],
    ['from ns1 to ns2', inet6.reaches(ns1, ns2)],
    ['from ns2 to ns1', inet6.reaches(ns2, ns1)],
  ])('are pinged %s', async (_, proof) => {
    await expect(proof(advertisedLab())).resolves.toBeUndefined()
  })
})
