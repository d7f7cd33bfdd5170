import { describe, expect, it } from 'vitest'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Hop } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { across, type Counts, captureOf, heardOn, OUTSIDE, outward, ping } from '../testing/heard.ts'
import { bracket } from './bracket.ts'
import { hopsOf } from './trail.ts'

const FOUND: BrokenLink = {
  ...{ where: 'there', saw: { en: 'this', 'zh-TW': '這個' }, tryThis: 'look', row: 'ACL 1' },
}
const trail = (route: Route, counts: Counts, received: number) => {
  const [traffic, seen] = [heardOn(route, counts), ping(20, received)]
  const broken = bracket(route, traffic, seen)
  return hopsOf(route, traffic, seen, broken, broken && FOUND)
}
const line = ({ node, kind, title, verdict, saw }: Hop) =>
  `${verdict} ${[node, kind].filter(Boolean).join(' ')}: ${title.en}${saw ? ` · ${saw.en}` : ''}`
const lines = (route: Route, counts: Counts, received: number) => trail(route, counts, received).map(line)
/** What is told of each hop, one letter each: o(k), b(roken), unr(e)ached, (u)nknown. */
const verdicts = (route: Route, counts: Counts, received = 0) =>
  trail(route, counts, received)
    .map(({ verdict }) => ({ ok: 'o', broken: 'b', unreached: 'e', unknown: 'u' })[verdict])
    .join('')

const ALL = [20, 20, 20, 20]
const THERE = '20 captured, 02:00:00:00:00:02 > 02:00:00:00:00:01'
const BACK = '20 captured, 02:00:00:00:00:01 > 02:00:00:00:00:02'

describe('the hops of a ping', () => {
  it('are all places it passed, there and back', () => {
    expect(lines(across, { request: ALL, reply: ALL }, 20)).toEqual([
      'ok hypervisor stack: ns2@hypervisor sends to ns1@controller · 20 sent',
      `ok hypervisor plug: veth-ns2-br, the request · ${THERE}`,
      'ok hypervisor bridge: through Open vSwitch',
      `ok hypervisor link: eth2, the request · ${THERE}`,
      'ok wire: from hypervisor to controller',
      `ok controller link: eth2, the request · ${THERE}`,
      'ok controller bridge: through Open vSwitch',
      `ok controller plug: veth-ns1-br, the request · ${THERE}`,
      'ok controller stack: ns1@controller answers',
      `ok controller plug: veth-ns1-br, the answer · ${BACK}`,
      'ok controller bridge: through Open vSwitch',
      `ok controller link: eth2, the answer · ${BACK}`,
      'ok wire: from controller to hypervisor',
      `ok hypervisor link: eth2, the answer · ${BACK}`,
      'ok hypervisor bridge: through Open vSwitch',
      `ok hypervisor plug: veth-ns2-br, the answer · ${BACK}`,
      'ok hypervisor stack: ns2@hypervisor receives the answer · 20 of 20 answered',
    ])
  })

  it('know no loss where copies were heard beside what was sent', () => {
    expect(
      lines(outward, { request: [20, 40], reply: [40, 20] }, 20).every(line => line.startsWith('ok')),
    ).toBe(true)
  })

  it('end outside at the last link of ours', () => {
    expect(lines(outward, { request: [20, 20], reply: [20, 20] }, 20).slice(3, 6)).toEqual([
      'ok hypervisor link: eth2, the request · 20 captured, 02:00:00:00:00:02 > 02:00:00:00:00:0f',
      `ok outside: ${OUTSIDE} answers`,
      'ok hypervisor link: eth2, the answer · 20 captured, 02:00:00:00:00:0f > 02:00:00:00:00:02',
    ])
  })

  it.each<[string, Route, Counts]>([
    ['beeeeeeeeeeeeeeee', across, {}],
    ['oobeeeeeeeeeeeeee', across, { request: [20] }],
    ['oooobeeeeeeeeeeee', across, { request: [20, 20] }],
    ['oooooobeeeeeeeeee', across, { request: [20, 20, 20] }],
    ['oooooooobeeeeeeee', across, { request: ALL }],
    ['oooooooooobeeeeee', across, { request: ALL, reply: [20] }],
    ['oooooooooooooobee', across, { request: ALL, reply: [20, 20, 20] }],
    ['oooooooooooooooob', across, { request: ALL, reply: ALL }],
    ['oooobeeee', outward, { request: [20, 20] }],
    ['oooooobee', outward, { request: [20, 20], reply: [20] }],
    // Of what is lost the ARP packets are told, where it was those.
    ['oobeeeeeeeeeeeeee', across, { asked: [1] }],
    ['oooooobeeeeeeeeee', across, { asked: [1, 1, 1] }],
    // The end that is asked asks back: the request there, its ARP request back, the ARP reply there.
    ['oooooooooooooooobeeeeeeee', across, { request: ALL, askedBack: [1, 1, 1, 1] }],
    ['oooooooooooobeeeeeeeeeeee', across, { request: ALL, askedBack: [1, 1] }],
    // A capture that missed what others heard behind it is no witness.
    ['ooouoooobeeeeeeee', across, { request: [5, 0, 20, 20] }],
    // A copy that goes no further is lost to nobody: nothing but the packets themselves is missing where they end.
    ['oooooobeeeeeeeeee', across, { request: [20, 40, 40] }],
    // Where some came through, what was heard behind the break stands as it was heard.
    ['ooooboeoeoeoeoeoe', across, { request: [20, 20, 8, 8], reply: [8, 8, 8, 8] }],
  ])('say where it broke: %s', (told, route, counts) => {
    expect(verdicts(route, counts, counts.request?.[2] === 8 ? 8 : 0)).toBe(told)
  })

  it('bear what was found at the one that is broken', () => {
    const broken = trail(across, { request: [20] }, 0).find(({ verdict }) => verdict === 'broken')
    const { where, saw, tryThis, row } = FOUND
    expect(broken).toMatchObject({ node: 'hypervisor', kind: 'bridge', where, saw, try: tryThis, row })
  })

  it('are unknown where nobody could listen, also before a break', () => {
    const hops = lines(across, { request: [20], blind: [1] }, 0)
    expect(hops[3]).toBe('unknown hypervisor link: eth2, the request · no capture was possible here')
    expect(verdicts(across, { request: [20, 0, 20, 20], reply: [20, 20, 0, 20], blind: [1] }, 20)).toBe(
      'ooouooooooooouooo',
    )
  })

  it('tell tags and tunnels of what was heard', () => {
    const posts = across.posts.map(post =>
      post.kind === 'exit' ? { ...post, isTunnel: true as const } : post,
    )
    const traffic = heardOn(across, { request: ALL, reply: ALL })
    const geneve = { vni: 7, outerSource: '192.168.33.20', outerDestination: '192.168.33.10' }
    for (const packet of captureOf(traffic, 'hypervisor', 'eth2').heard)
      Object.assign(packet, { geneve, vlan: 100 })
    expect(line(hopsOf({ ...across, posts }, traffic, ping(20, 20))[3]!)).toBe(
      `ok hypervisor underlay: eth2, the request · ${THERE}, vlan 100, in Geneve vni 7`,
    )
  })

  it('tell when it was heard, by the clock of the node that sent it', () => {
    const traffic = heardOn(across, { request: ALL, reply: ALL })
    captureOf(traffic, 'hypervisor', 'eth2').heard[0]!.firstMs = 1000.1234
    const hops = hopsOf(across, traffic, ping(20, 20))
    expect(
      hops.flatMap(({ node, heardMs, withinMs }) =>
        heardMs === undefined || withinMs !== undefined ? [] : [`${node} ${heardMs}`],
      ),
    ).toEqual([...['hypervisor 0', 'hypervisor 0.123', 'hypervisor 0', 'hypervisor 0']])
  })

  describe('by another clock', () => {
    /** The controller’s clock is an hour ahead; ms after the ping was sent, there and back. */
    const far = (counts: Counts, times = [0.1, 0.3, 0.4, 0.6, 0.7, 0.9]) => {
      const traffic = heardOn(across, counts)
      const at = (node: string, link: string, way: 0 | 1) => captureOf(traffic, node, link).heard[way]!
      const HOUR_MS = 3_600_000
      at('hypervisor', 'eth2', 0).firstMs = 1000 + times[0]!
      at('controller', 'eth2', 0).firstMs = 1000 + HOUR_MS + times[1]!
      at('controller', 'veth-ns1-br', 0).firstMs = 1000 + HOUR_MS + times[2]!
      at('controller', 'veth-ns1-br', 1).firstMs = 1000 + HOUR_MS + times[3]!
      at('controller', 'eth2', 1).firstMs = 1000 + HOUR_MS + times[4]!
      at('hypervisor', 'eth2', 1).firstMs = 1000 + times[5]!
      return hopsOf(across, traffic, ping(20, 20)).flatMap(({ node, heardMs, withinMs }) =>
        node === 'controller' && heardMs !== undefined ? [`${heardMs} ± ${withinMs}`] : [],
      )
    }

    it('the times are told as the packets compare the clocks', () => {
      expect(far({ request: ALL, reply: ALL })).toEqual(['0.3 ± 0.2', '0.4 ± 0.2', '0.6 ± 0.2', '0.7 ± 0.2'])
    })

    it('nothing is told where some packets were lost, or the reply came before the request', () => {
      expect(far({ request: [20, 20, 19, 19], reply: [19, 19, 19, 19] })).toEqual([])
      expect(far({ request: ALL, reply: ALL }, [0.1, 0.3, 0.4, 0.6, 0.7, 0.05])).toEqual([])
    })
  })

  it('name the one that leaves an ARP request unanswered, not the one that asked', () => {
    const broken = trail(across, { request: ALL, askedBack: [1, 1, 1, 1] }, 0).find(
      ({ verdict }) => verdict === 'broken',
    )
    expect(broken).toMatchObject({ node: 'hypervisor', title: { en: 'ns2@hypervisor answers' } })
  })

  it('tell no time of what was captured before the ping began', () => {
    const traffic = heardOn(across, { request: ALL, askedBack: [1, 1, 1, 1] })
    for (const [node, link] of [
      ['hypervisor', 'eth2'],
      ['hypervisor', 'veth-ns2-br'],
    ] as const)
      captureOf(traffic, node, link).arps[0]!.firstMs = 1
    const seen = ping(20, 0)
    const hops = hopsOf(across, traffic, seen, bracket(across, traffic, seen), FOUND)
    expect(hops.filter(({ heardMs }) => heardMs !== undefined && heardMs < 0)).toEqual([])
  })

  it('of a connection say who refuses it', () => {
    const refused = { ...ping(20, 20), tcpPort: 5432, refused: 20 }
    const traffic = { ...heardOn(across, { request: ALL, reply: ALL }), pings: [refused] }
    const hops = hopsOf(across, traffic, refused)
    expect(hops[1]?.title.en).toBe('veth-ns2-br, the SYN')
    expect(hops.at(-1)?.saw?.en).toBe('20 of 20 answered, 20 refused: no program listens on port 5432')
  })
})
