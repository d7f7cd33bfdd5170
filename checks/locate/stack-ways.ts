import { isInPrefix } from '../../harness/core/prefix.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { Link, NetworkStack, RouteAnswer } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { isWrittenByHand } from '../../harness/look/stack.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { itsOwn } from '../diagnosis/its-own.ts'
import { lacksRule, ruleBehind, ruleSays } from '../diagnosis/routing-rule.ts'
import { andThen, inside } from '../nouns/phrases.ts'
import { covers, noWay, REFUSALS, refusedBy } from '../nouns/refusals.ts'
import { type End, ipIn, stackName } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { impostor } from './impostor.ts'
import { oddity } from './oddity.ts'
import { answersFor } from './teller.ts'

/** What ip is to be asked about, of the family that an end speaks. */
const of = ({ address }: End, words: string) => (address.includes(':') ? `-6 ${words}` : words)

const via = ({ gateway }: RouteAnswer) => (gateway === undefined ? '' : ` via ${gateway}`)

/** The kernel's own answer to where a packet goes: it must leave by the link with the address, straight to its peer or a gateway. */
export function routeAstray(
  end: End,
  stack: NetworkStack,
  to: string,
  links: Link[],
): BrokenLink | undefined {
  const {
    routes: [route],
    rules,
  } = stack
  const isNear = isInPrefix(to, `${end.address}/${end.prefixLength}`)
  const isDetour = route?.gateway !== undefined && isNear
  if (!route || (route.device === end.device && !isDetour)) return undefined
  if (route.device === 'lo')
    return (
      itsOwn(end, links, to) ??
      oddity(
        end,
        'routes',
        'netns-routes',
        text(
          `a local route of ${stackName(end)} takes packets for ${to} in, although no interface there has that address, so they never leave`,
          `${stackName(end)} 有一條 local 路由，把送往 ${to} 的封包留給自己；那裡沒有介面有這個位址，封包因此出不去`,
        ),
        // Also one of a prefix: an address on lo brings its whole subnet (ip-route(8), match).
        ipIn(end, of(end, `route show table local match ${to}`)),
      )
    )
  const refusal = route.error && REFUSALS[route.error]
  const saw = route.error
    ? noWay(stackName(end), to, route.error)
    : text(
        `in ${stackName(end)}, packets for ${to} leave through ${route.device}${via(route)}, not directly through ${end.device}`,
        `在 ${stackName(end)} 裡，送往 ${to} 的封包從 ${route.device}${via(route)} 送出，不是直接從 ${end.device}`,
      )
  const row = refusedBy(stack, to, route.error)
  const rule = ruleBehind(rules, { ...route, ...(row && { table: row.table }) }, end.address)
  // Its routes may be as they should: nobody looks into their table.
  const gone = route.error && !refusal && rule === undefined ? unruled(end, stack) : undefined
  if (gone) return { ...gone, saw: andThen(saw, gone.saw) }
  if (row)
    return oddity(
      end,
      'routes',
      'netns-routes',
      andThen(andThen(saw, row.saw), rule === undefined ? undefined : ruleSays(rule)),
      ipIn(end, of(end, `route show table ${row.table}`)),
    )
  return rule === undefined
    ? oddity(
        end,
        'routes',
        'netns-routes',
        saw,
        ipIn(
          end,
          refusal ? of(end, `route show table all type ${refusal}`) : `route get ${to} from ${end.address}`,
        ),
      )
    : oddity(end, 'routes', 'netns-routes', andThen(saw, ruleSays(rule)), ipIn(end, of(end, 'rule show')))
}

/** The kernel takes the peer's address for that of everybody, so it sends to no MAC of its own, and asks for none. */
export function everybody(
  end: End,
  { routes: [route], broadcasts = [] }: Pick<NetworkStack, 'routes' | 'broadcasts'>,
  to: string,
): BrokenLink | undefined {
  if (!route?.isBroadcast) return undefined
  if (broadcasts.some(prefix => covers(prefix, to))) return broadcastRoute(end, to)
  return oddity(
    end,
    'addresses',
    undefined,
    text(
      `${stackName(end)} takes ${to} for a broadcast address: the address on ${end.device} there says so (brd, or its prefix length)`,
      `${stackName(end)} 把 ${to} 當成 broadcast 位址：這是由那裡 ${end.device} 上的位址決定的（brd 或 prefix 長度）`,
    ),
    ipIn(end, `-4 address show ${end.device}`),
  )
}

/** A route of type broadcast that no address brought: what the kernel wrote of a neighbour because of it stays for a while. */
const broadcastRoute = (end: End, to: string): BrokenLink =>
  oddity(
    end,
    'routes',
    'netns-routes',
    text(
      `${stackName(end)} takes ${to} for a broadcast address, as a route of type broadcast says or said, and sends to all`,
      `${stackName(end)} 把 ${to} 當成 broadcast 位址（現在或之前有 type 為 broadcast 的路由），所以送給所有主機`,
    ),
    `${ipIn(end, 'route show table local type broadcast')}; sudo ${ipIn(end, `neighbour show ${to} nud all`)}`,
  )

/** A neighbour that was written by hand, or learnt from somebody else, has another MAC than the peer. */
export async function neighbourAstray(
  lab: Lab,
  end: End,
  { neighbours }: NetworkStack,
  { address, mac }: { address: string; mac?: string },
  route?: Route,
): Promise<BrokenLink | undefined> {
  const known = neighbours.find(one => one.address === address && one.device === end.device)
  if (!known?.mac || known.mac === mac) return undefined
  // Of an outside whose MAC nobody knows, what was learnt is what it said.
  if (!isWrittenByHand(known)) {
    if (mac === undefined) return undefined
    return route ? answersFor(lab, route, address, known.mac) : impostor(lab, address, known.mac)
  }
  // The kernel itself writes that of an address to which a route of type broadcast leads (arp(7); arp_constructor).
  if (known.mac === 'ff:ff:ff:ff:ff:ff' && known.states.includes('NOARP')) return broadcastRoute(end, address)
  return oddity(
    end,
    'neighbours',
    'netns-neighbours',
    text(
      `the neighbour entry of ${address} was set by hand to ${known.mac}${mac ? `, but its MAC is ${mac}` : ', and no machine answers there'}`,
      `neighbour ${address} 被手動寫成 ${known.mac}${mac ? `，但它的 MAC 位址是 ${mac}` : '，但沒有機器以它回應'}`,
    ),
    ipIn(end, `neighbour show ${address} nud all`),
  )
}

/** A rule of routing that goes by something else than addresses, such as a mark, may send a packet elsewhere (ip-rule(8)). */
export function ruled(end: End, { rules: [rule] }: NetworkStack): BrokenLink | undefined {
  if (rule === undefined) return undefined
  return ruleOdd(
    end,
    text(
      `a routing rule of ${stackName(end)} may send it elsewhere: ${rule}`,
      `${stackName(end)} 有一條路由規則可能把封包送往別處：${rule}`,
    ),
  )
}

/** Without the rule of a table nobody looks into it: without that of `local`, nothing is taken in. */
export function unruled(end: End, { missingRules: [rule] = [] }: NetworkStack): BrokenLink | undefined {
  if (rule === undefined) return undefined
  return oddity(end, 'rules', 'netns-rules', lacksRule(stackName(end), rule), ipIn(end, of(end, 'rule show')))
}

/** The kernel's own answer to what it would do with a packet that came in for the end: take it, or something else. */
export async function untaken(
  lab: Lab,
  end: End,
  { address }: { address: string },
): Promise<BrokenLink | undefined> {
  const question = { to: end.address, from: address, by: end.device }
  const [route] = (await unlessBlind(lab.stack(end.node, end.netns, [question])))?.routes ?? []
  // Whatever else it refuses a packet for has a parameter or a rule of its own.
  const isElsewhere = route && (route.device ?? 'lo') !== 'lo'
  if (!isElsewhere && route?.error !== 'No route to host') return undefined
  return oddity(
    end,
    'routes',
    'netns-routes',
    text(
      `the table local of ${stackName(end)} lacks a route of type local for ${end.address}, so what comes in for that address is not for it`,
      `${stackName(end)} 的 local 路由表少了 ${end.address} 的 local 路由，所以給這個位址的封包進來了也不會收下`,
    ),
    ipIn(end, 'route show table local'),
  )
}

/**
 * Who sends by itself gets an address to send from by the kernel's choice: an address that is for its own link alone is none for
 * packets that leave it, and without any other nothing is sent (ip-address(8), scope).
 */
export async function sourceless(
  lab: Lab,
  end: End,
  { address }: { address: string },
): Promise<BrokenLink | undefined> {
  const stack = await unlessBlind(lab.stack(end.node, end.netns, [{ to: address }]))
  const [route] = stack?.routes ?? []
  if (!route?.device || route.error || route.source !== undefined) return undefined
  return oddity(
    end,
    'addresses',
    undefined,
    text(
      `${stackName(end)} has no address from which its kernel would send to ${address}: ${end.address} on ${end.device} is for its own link alone (scope)`,
      `${stackName(end)} 沒有可以用來送往 ${address} 的來源位址：${end.device} 上的 ${end.address} 只用在自己的連線上（scope）`,
    ),
    ipIn(end, `-4 address show ${end.device}`),
  )
}

/** A namespace that follows as many connections as it may lets no further one begin (nf_conntrack(5)). */
export function followsTooMany(end: End, { conntrack }: NetworkStack): BrokenLink | undefined {
  if (!conntrack || conntrack.max === 0 || conntrack.count < conntrack.max) return undefined
  const { count, max } = conntrack
  return oddity(
    end,
    'conntrack',
    undefined,
    text(
      `${stackName(end)} follows ${count} connections and may follow ${max} (nf_conntrack_max), so it drops what begins another one`,
      `${stackName(end)} 正在追蹤 ${count} 條連線，上限是 ${max} 條（nf_conntrack_max），因此會丟棄新連線的封包`,
    ),
    inside(end, 'sysctl net.netfilter.nf_conntrack_count net.netfilter.nf_conntrack_max'),
  )
}

const ruleOdd = (end: End, saw: Text): BrokenLink =>
  oddity(end, 'routes', 'netns-routes', saw, ipIn(end, of(end, 'rule show')))
