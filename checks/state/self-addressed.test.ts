import { describe, expect, it } from 'vitest'
import type { DhcpOptions } from '../../harness/ovsdb/tables.ts'
import { advertisedLab, type Edit, type Evidence, inet6, ns1 } from '../testing/advertised-lab.ts'
import { unmet } from '../testing/outcome.ts'

type Address = Evidence['autoconf'][string]['addresses'][number]

const own = ({ autoconf }: Evidence) => autoconf.ns1!.addresses.find(({ address }) => /^2001/.test(address))!
const address =
  (more: Partial<Address>): Edit =>
  evidence =>
    void Object.assign(own(evidence), more)
const gone: Edit = ({ autoconf }) => {
  autoconf.ns1!.addresses = autoconf.ns1!.addresses.filter(({ address: is }) => !/^2001/.test(is))
}
const setting =
  (name: string, value: number): Edit =>
  ({ autoconf }) => {
    autoconf.ns1!.settings.eth0![name] = value
  }
const advertisedFor =
  (validSeconds: number): Edit =>
  ({ ra }) => {
    for (const { prefixes = [] } of ra.ns1!.heard) for (const one of prefixes) one.validSeconds = validSeconds
  }
const client: Edit = ({ leases }) =>
  void leases.controller.clients.push({ netns: 'ns1', program: 'dhcpcd', words: 'dhcpcd' })

describe('an address of one’s own', () => {
  it.each<[string, Edit[]]>([
    ['by the kernel', []],
    ['by a kernel that does not tell', [evidence => void Reflect.deleteProperty(own(evidence), 'origin')]],
    ['for as long as was advertised', [advertisedFor(3600), address({ validSeconds: 3599 })]],
    ['by a program that takes advertisements', [address({ isDynamic: false, origin: '' }), client]],
  ])('was formed %s', async (_, edits) => {
    await expect(inet6.formsAddress(ns1)(advertisedLab(...edits))).resolves.toBeUndefined()
  })

  it.each<[string, Edit[]]>([
    ['there for good', [address({ isDynamic: false })]],
    ['typed with an end, though none was advertised', [address({ validSeconds: 9000 })]],
    ['there for longer than was advertised', [advertisedFor(3600), address({ validSeconds: 9000 })]],
    ['made by somebody who says so', [address({ origin: 'kernel_ll' })]],
    ['of another prefix', [address({ address: '2001:db8:4::1' })]],
    ['of another length', [address({ prefixLength: 128 })]],
    ['perhaps somebody else’s', [address({ isUsable: false })]],
    ['on another link', [address({ device: 'lo' })]],
    ['not there', [gone]],
  ])('was not formed: it is %s', async (_, edits) => {
    const { where } = await unmet(inet6.formsAddress(ns1)(advertisedLab(...edits)))
    expect(where).toBe('controller · netns ns1')
  })

  it.each<[string, Edit]>([
    ['disable_ipv6', setting('disable_ipv6', 1)],
    ['accept_ra', setting('accept_ra', 0)],
    ['accept_ra', setting('forwarding', 1)],
    ['autoconf', setting('autoconf', 0)],
    ['accept_ra_pinfo', setting('accept_ra_pinfo', 0)],
    [
      'accept_ra_min_lft',
      evidence =>
        [setting('accept_ra_min_lft', 70_000), advertisedFor(65_000)].forEach(edit => void edit(evidence)),
    ],
  ])('was not formed because of %s', async (name, edit) => {
    const { where } = await unmet(inet6.formsAddress(ns1)(advertisedLab(gone, edit)))
    expect(where).toBe(`controller · netns ns1 · net.ipv6.conf.eth0.${name}`)
  })

  it('was not formed because the link may have no further address', async () => {
    const told = await unmet(inet6.formsAddress(ns1)(advertisedLab(gone, setting('max_addresses', 1))))
    expect(told.where).toBe('controller · netns ns1 · net.ipv6.conf.eth0.max_addresses')
    expect(told.saw.en).toMatch(/max_addresses is 1, and eth0 has that many addresses: fe80/)
    const room = await unmet(inet6.formsAddress(ns1)(advertisedLab(gone, setting('max_addresses', 16))))
    expect(room.where).toBe('controller · netns ns1')
  })

  it('was not formed because the link is too narrow for IPv6, as a row of DHCP_Options may have told it', async () => {
    const narrow: Edit = ({ kernel }) => {
      kernel.controller.netns.ns1!.find(({ name }) => name === 'eth0')!.mtu = 576
    }
    const told = await unmet(inet6.formsAddress(ns1)(advertisedLab(gone, narrow)))
    expect(told.where).toBe('controller · netns ns1 · eth0')
    const byRow: Edit = ({ northbound }) => {
      const { DHCP_Options } = northbound as typeof northbound & { DHCP_Options: DhcpOptions[] }
      for (const { options } of DHCP_Options) options.mtu = '576'
    }
    const { where } = await unmet(inet6.formsAddress(ns1)(advertisedLab(gone, narrow, byRow)))
    expect(where).toBe('OVN_Northbound · DHCP_Options · options:mtu')
  })

  it.each<[string, Edit]>([
    ['that it would form', gone],
    ['that it tries', address({ isUsable: false })],
  ])('was not formed because somebody else has the address %s', async (_, edit) => {
    const taking: Edit = evidence => {
      const { address: taken } = own(evidence)
      const link = evidence.kernel.controller.netns.ns2!.find(({ name }) => name === 'eth0')!
      link.addresses.push({ family: 'inet6', address: taken, prefixLength: 128 })
    }
    const told = await unmet(inet6.formsAddress(ns1)(advertisedLab(taking, edit)))
    expect(told.where).toBe('controller · netns ns2')
    expect(told.saw.en).toMatch(/^ns2 eth0 on controller has 2001:\S+ already, so ns1 cannot have it$/)
  })

  it('was not formed because somebody else has the address that its token gives', async () => {
    const token: Edit = ({ autoconf }) => {
      autoconf.ns1!.tokens = { eth0: '::5' }
    }
    const taking =
      (taken: string): Edit =>
      evidence => {
        const link = evidence.kernel.controller.netns.ns2!.find(({ name }) => name === 'eth0')!
        link.addresses.push({ family: 'inet6', address: taken, prefixLength: 64 })
      }
    const told = await unmet(inet6.formsAddress(ns1)(advertisedLab(taking('2001:db8:3::5'), token, gone)))
    expect(told).toMatchObject({ where: 'controller · netns ns2' })
    expect(told.saw.en).toMatch(
      /has 2001:db8:3::5 already, so ns1 cannot have it; eth0 of ns1 has the token ::5, /,
    )
    const other = await unmet(inet6.formsAddress(ns1)(advertisedLab(taking('2001:db8:3::6'), token, gone)))
    expect(other.where).toBe('controller · netns ns1')
  })

  it('is not the address of the router itself, which its token may give', async () => {
    const token: Edit = evidence => {
      evidence.autoconf.ns1!.tokens = { eth0: '::1' }
      own(evidence).address = '2001:db8:3::1'
    }
    const told = await unmet(inet6.formsAddress(ns1)(advertisedLab(token)))
    expect(told.where).toBe('controller · netns ns1')
    expect(told.saw.en).toMatch(
      /^ns1 has formed 2001:db8:3::1 \(token ::1\), but that is the address of the router port /,
    )
  })

  it('may be formed by a namespace that forwards, where it is told to', async () => {
    const lab = advertisedLab(gone, setting('forwarding', 1), setting('accept_ra', 2))
    expect((await unmet(inet6.formsAddress(ns1)(lab))).where).toBe('controller · netns ns1')
  })
})

describe('the router of an advertisement', () => {
  it('may be learnt by two link-local addresses of its one port', async () => {
    const twice =
      (networks: string[]): Edit =>
      ({ autoconf, northbound }) => {
        autoconf.ns1!.routers.push({ device: 'eth0', address: 'fe80::1', isLearnt: true })
        for (const port of northbound.Logical_Router_Port) port.networks.push(...networks)
      }
    await expect(inet6.learnsRouter(ns1)(advertisedLab(twice(['fe80::1/64'])))).resolves.toBeUndefined()
    await expect(inet6.learnsRouter(ns1)(advertisedLab(twice([])))).rejects.toThrow()
  })

  it('is passed over where a setting asks for a longer time than it is advertised for', async () => {
    const lab = advertisedLab(setting('accept_ra_min_lft', 70_000), ({ autoconf, ra }) => {
      autoconf.ns1!.routers = []
      for (const one of ra.ns1!.heard) one.lifetimeSeconds = 65_535
    })
    const { where, saw } = await unmet(inet6.learnsRouter(ns1)(lab))
    expect(where).toBe('controller · netns ns1 · net.ipv6.conf.eth0.accept_ra_min_lft')
    expect(saw.en).toMatch(/accept_ra_min_lft is 70000, but the advertisement holds for only 65535 s/)
  })

  it('is learnt', async () => {
    await expect(inet6.learnsRouter(ns1)(advertisedLab())).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    [
      'typed by hand',
      ({ autoconf }) => {
        for (const one of autoconf.ns1!.routers) one.isLearnt = false
      },
    ],
    [
      'one of two',
      ({ autoconf }) =>
        void autoconf.ns1!.routers.push({ device: 'eth0', address: 'fe80::99', isLearnt: true }),
    ],
    [
      'not used',
      ({ routes }) => {
        routes.ns1![0]!.gateway = '2001:db8:3::1'
      },
    ],
    [
      'not there',
      ({ autoconf }) => {
        autoconf.ns1!.routers = []
      },
    ],
  ])('is not learnt: it is %s', async (_, edit) => {
    const { where } = await unmet(inet6.learnsRouter(ns1)(advertisedLab(edit)))
    expect(where).toBe('controller · netns ns1 · routes')
  })
})
