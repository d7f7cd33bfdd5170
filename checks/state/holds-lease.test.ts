import { describe, expect, it } from 'vitest'
import { type Edit, type Evidence, lan, leasedLab, ns1 } from '../testing/leased-lab.ts'
import { unmet } from '../testing/outcome.ts'

const own = ({ kernel }: Evidence) => kernel.controller.netns.ns1!.find(({ name }) => name === 'eth0')!
const addressOf = (evidence: Evidence) => own(evidence).addresses.find(({ family }) => family === 'inet')!
const noClient: Edit = ({ leases }) => {
  leases.controller.clients = []
}
const endsIn =
  (seconds: number): Edit =>
  evidence => {
    evidence.leases.controller.ending = [
      { netns: 'ns1', device: 'eth0', address: addressOf(evidence).address, seconds },
    ]
  }
const client =
  (words: string): Edit =>
  ({ leases }) => {
    leases.controller.clients = [{ netns: 'ns1', program: 'udhcpc', words }]
  }

const noAddress: Edit = evidence => {
  own(evidence).addresses = []
}
const outside =
  (words: string): Edit =>
  ({ leases }) => {
    leases.controller.clients = [{ netns: '', program: words.split(' ')[0]!, words }]
  }

const idleClient: Edit = evidence => {
  client('udhcpc -i eth0 -s /bin/true')(evidence)
  evidence.leases.controller.clients[0]!.idleScript = '/bin/true'
}

describe('a lease', () => {
  it.each<[string, Edit[]]>([
    ['a client keeps it', []],
    ['a client of whatever link keeps it', [client('dhcpcd: [manager]')]],
    ['it ends by itself', [noClient, endsIn(3500)]],
    [
      'another client only asks',
      [
        idleClient,
        ({ leases }) =>
          void leases.controller.clients.push({ netns: 'ns1', program: 'udhcpc', words: 'udhcpc -i eth0' }),
      ],
    ],
  ])('is held where %s', async (_, edits) => {
    await expect(lan.holdsLease(ns1)(leasedLab(...edits))).resolves.toBeUndefined()
  })

  it.each<[string, Edit[], RegExp]>([
    ['nobody keeps it', [noClient], /for ever, and no DHCP client in ns1/],
    ['the client only asks', [idleClient], /it calls \/bin\/true, which does nothing/],
    [
      'the client is paused',
      [({ leases }) => void Object.assign(leases.controller.clients[0]!, { isPaused: true })],
      /the DHCP client in ns1, udhcpc, is paused .*, so nobody renews it/,
    ],
    ['the client is of another link', [client('udhcpc -i lo')], /no DHCP client in ns1/],
    [
      'it outlasts what OVN gives',
      [noClient, endsIn(9999)],
      /ends in 9999 s, but a lease of OVN ends after 3600 s/,
    ],
    [
      'the address is another',
      [
        evidence => {
          addressOf(evidence).address = '10.0.0.99'
        },
      ],
      /10\.0\.0\.99\/24/,
    ],
    ['nobody asks for it', [noAddress, noClient], /: none; no DHCP client runs in ns1$/],
    [
      'a client asks by the outer end',
      [noAddress, outside('udhcpc -i veth-ns1-br')],
      /no DHCP client runs in ns1; udhcpc asks by veth-ns1-br, on controller itself/,
    ],
    [
      'a client asks outside',
      [noAddress, outside('udhcpc -i eth0')],
      /udhcpc outside of it asks by eth0 of controller itself/,
    ],
    ['the client of the node is another', [noAddress, outside('dhclient ens3')], /runs in ns1$/],
    [
      'the client sets nothing',
      [noAddress, idleClient],
      /sets no address: with a lease it calls \/bin\/true/,
    ],
    ['somebody removed it', [noAddress], /: none; the DHCP client in ns1, udhcpc, runs; either it has not/],
    [
      'the length is another',
      [
        evidence => {
          addressOf(evidence).prefixLength = 8
        },
      ],
      /\/8/,
    ],
    [
      'there is another address as well',
      [
        evidence =>
          void own(evidence).addresses.push({ family: 'inet', address: '10.0.0.77', prefixLength: 24 }),
      ],
      /and 10\.0\.0\.77\/24/,
    ],
  ])('is not held where %s', async (_, edits, saw) => {
    const told = await unmet(lan.holdsLease(ns1)(leasedLab(...edits)))
    expect(told).toMatchObject({ where: 'controller · netns ns1', saw: { en: expect.stringMatching(saw) } })
  })
})

describe('the router of a lease', () => {
  it('is used', async () => {
    await expect(lan.usesRouter(ns1)(leasedLab())).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    [
      'no route to 192.0.2.1: Network is unreachable',
      ({ routes }) => {
        routes.ns1 = [{ to: '192.0.2.1', error: 'Network is unreachable' }]
      },
    ],
    [
      'packets for 192.0.2.1 leave through eth0 via 10.0.0.9',
      ({ routes }) => {
        routes.ns1![0]!.gateway = '10.0.0.9'
      },
    ],
  ])('is not used: %s', async (saw, edit) => {
    const told = await unmet(lan.usesRouter(ns1)(leasedLab(edit)))
    expect(told).toMatchObject({
      where: 'controller · netns ns1 · routes',
      saw: { en: expect.stringContaining(saw) },
    })
  })
})

describe('the link of a guest', () => {
  it('is asked for without an address', async () => {
    await expect(
      lan.hasLink(ns1)(
        leasedLab(evidence => {
          own(evidence).addresses = []
        }),
      ),
    ).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    [
      'eth0 DOWN',
      evidence => {
        own(evidence).isUp = false
      },
    ],
    ['no namespace ns1', ({ kernel }) => void delete kernel.controller.netns.ns1],
    [
      'only another name',
      ({ kernel }) => {
        kernel.controller.netnsOfNode = ['ns1']
      },
    ],
  ])('is not there: %s', async (saw, edit) => {
    expect((await unmet(lan.hasLink(ns1)(leasedLab(edit)))).saw.en).toContain(saw)
  })
})
