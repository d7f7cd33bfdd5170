import { Unmet } from '../../harness/core/errors.ts'
import { dotted, isInPrefix, numberOf } from '../../harness/core/prefix.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { Link, RouteAnswer, RouteQuestion } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { itsOwn } from '../diagnosis/its-own.ts'
import { askedBy, lacksRule, ruleBehind, ruleSays } from '../diagnosis/routing-rule.ts'
import { linkOf } from '../nouns/endpoint.ts'
import { andThen, on } from '../nouns/phrases.ts'
import { noWay, refusedBy } from '../nouns/refusals.ts'
import { somebodyIn } from '../nouns/somebody.ts'
import type { Routed } from './router-ports.ts'

/**
 * The kernel of the endpoint's namespace sends packets for a foreign address to the gateway, by the link with its address
 * (ip-route(8)); and so it does for somebody in each of some prefixes that are `alike`, unless it has no route to them at all; a packet that a rule of routing chooses by its protocol, ports or user as well. Several next hops
 * share what they lead to by address, so that some get there and others do not.
 */
export async function hasRoute(
  lab: Lab,
  endpoint: Routed,
  foreign: string,
  alike: string[] = [],
): Promise<void> {
  const { node, netns, address, gateway } = endpoint
  const from = address === '' ? {} : { from: address }
  const asked = (to: string) => ({ to, ...from })
  const [[first], link] = await Promise.all([
    lab.routes(node, netns, [asked(foreign)]),
    linkOf(lab, endpoint),
  ])
  const isRight = (route: RouteAnswer) =>
    !route.error &&
    [route, ...(route.hops ?? [])].every(hop => hop.gateway === gateway && hop.device === link?.name)
  const others =
    first && isRight(first)
      ? await unlessBlind(
          lab.routes(
            node,
            netns,
            alike.map(prefix => asked(somebodyIn(prefix, link?.mac ?? ''))),
          ),
        )
      : undefined
  const astray = others?.find(route => !isRight(route) && !NO_ROUTE.test(route.error ?? ''))
  const chosen =
    first && isRight(first) && !astray ? await choosing(lab, endpoint, asked(foreign)) : undefined
  const led = chosen?.find(({ answer }) => !isRight(answer))
  if (led) return fails(lab, endpoint, foreign, led.answer, led.question)
  if (first && isRight(first) && !astray) return
  return astray ? fails(lab, endpoint, astray.to, astray) : fails(lab, endpoint, foreign, first)
}

/** Where the kernel sends those packets for an address that a rule of routing chooses by protocol, port, class of service or user. */
async function choosing(
  lab: Lab,
  { node, netns }: Routed,
  to: RouteQuestion,
): Promise<{ question: RouteQuestion; answer: RouteAnswer }[] | undefined> {
  const rules = (await unlessBlind(lab.arp(node, netns)))?.rules ?? []
  const questions = askedBy(rules).map(by => ({ ...to, ...by }))
  if (questions.length === 0) return undefined
  const answers = await unlessBlind(lab.routes(node, netns, questions))
  return answers?.map((answer, at) => ({ question: questions[at]!, answer }))
}

/** What the kernel says where it has no route at all (errno(3)): whoever needs no more of the Internet has made none. */
const NO_ROUTE = /unreachable/i

/** Parts of the Internet, far from each other; one in each eighth of it at least. */
export const FAR_AWAY = [1, 8, 40, 70, 104, 134, 160, 185, 210].map(first => `${first}.0.0.0/8`)

/** A network as eight parts of it. */
export function eighthsOf(network: string): string[] {
  const [base = '', length = '32'] = network.split('/')
  const bits = Number(length) + 3
  if (bits > 29) return [network]
  const first = numberOf(base) - (numberOf(base) % 2 ** (32 - Number(length)))
  return Array.from({ length: 8 }, (_, at) => `${dotted(first + at * 2 ** (32 - bits))}/${bits}`)
}

async function fails(
  lab: Lab,
  endpoint: Routed,
  foreign: string,
  route: RouteAnswer | undefined,
  asked: RouteQuestion = { to: foreign, ...(endpoint.address !== '' && { from: endpoint.address }) },
): Promise<never> {
  const { node, netns, address, gateway } = endpoint
  const stack = await unlessBlind(lab.stack(node, netns, [asked]))
  const refusal = stack && refusedBy(stack, foreign, route?.error)
  const led = stack?.routes?.[0] && { ...stack.routes[0], ...(refusal && { table: refusal.table }) }
  const rule = led && ruleBehind(stack?.rules ?? [], led, address)
  // Where a rule of all namespaces is gone, the routes may be as they should.
  const lacking = rule === undefined && route?.error ? stack?.missingRules?.[0] : undefined
  const { netns: namespaces } = await lab.kernel(node)
  const links = namespaces[netns] ?? []
  const itself = route?.device === 'lo' ? itsOwn(endpoint, links, foreign) : undefined
  const near = route && rule === undefined ? nearBy(endpoint, links, foreign, route) : undefined
  throw new Unmet({
    expected: text(
      `in ${netns}, packets for ${foreign} go to the gateway ${gateway}`,
      `在 ${netns} 裡，給 ${foreign} 的封包會送往閘道 ${gateway}`,
    ),
    saw: andThen(
      andThen(
        route?.error || !route?.device ? noWay(netns, foreign, route?.error ?? '') : leaves(foreign, route),
        refusal?.saw,
      ),
      rule === undefined ? (lacking === undefined ? undefined : lacksRule(netns, lacking)) : ruleSays(rule),
    ),
    where: `${node} · netns ${netns} · ${lacking === undefined ? 'routes' : 'rules'}`,
    tryThis: on(
      node,
      (rule ?? lacking) === undefined
        ? `sudo ip -n ${netns} route ${refusal ? `show table ${refusal.table}` : `get ${foreign}`}`
        : `sudo ip -n ${netns} rule show; sudo ip -n ${netns} route show table all`,
    ),
    cause:
      lacking !== undefined
        ? 'netns-rules'
        : rule !== undefined || refusal || (await isNarrow(lab, endpoint))
          ? 'netns-routes'
          : 'gateway-missing',
    ...(itself ?? near),
  })
}

/** Whether it is but a part of what is elsewhere that goes astray: what a default route leads to goes to the gateway. */
async function isNarrow(lab: Lab, { node, netns, gateway }: Routed): Promise<boolean> {
  const far = await unlessBlind(
    lab.routes(
      node,
      netns,
      FAR_AWAY.map(prefix => ({ to: somebodyIn(prefix, '') })),
    ),
  )
  return far?.some(route => !route.error && route.gateway === gateway) ?? false
}

/** An address of a link brings a route to its whole subnet (ip-address(8), noprefixroute): what is foreign is in it. */
function nearBy(
  { node, netns }: Routed,
  links: Link[],
  foreign: string,
  { device, gateway }: RouteAnswer,
): BrokenLink | undefined {
  if (gateway !== undefined || device === 'lo') return undefined
  const own = links
    .find(({ name }) => name === device)
    ?.addresses.find(
      ({ address, prefixLength }) => prefixLength < 32 && isInPrefix(foreign, `${address}/${prefixLength}`),
    )
  if (!own) return undefined
  const { address, prefixLength } = own
  return {
    where: `${node} · netns ${netns} · addresses`,
    saw: text(
      `${device} of ${netns} has ${address}/${prefixLength}, so its kernel takes ${foreign} for a neighbour there and uses no gateway`,
      `${netns} 的 ${device} 有 ${address}/${prefixLength}，所以核心把 ${foreign} 當成那裡的鄰居，不會經過閘道`,
    ),
    tryThis: on(node, `sudo ip -n ${netns} -4 address show dev ${device}`),
  }
}

/** By which link, and through whom; lo is the machine itself. */
function leaves(foreign: string, { device, gateway, hops = [], isBroadcast }: RouteAnswer): Text {
  const names = hops.map(hop => hop.gateway ?? hop.device ?? '').join(', ')
  if (hops.length > 0)
    return text(
      `the route for ${foreign} has several next hops: ${names}; what goes to another address, or comes from one, may take another of them`,
      `${foreign} 的路由有好幾個下一站：${names}；來源或目的位址不同的封包，可能走不同的下一站`,
    )
  if (isBroadcast)
    return text(
      `packets for ${foreign} leave through ${device} for everybody there, as a route of type broadcast says`,
      `因為一條 type 為 broadcast 的路由，給 ${foreign} 的封包從 ${device} 送給那裡的所有主機`,
    )
  if (gateway === undefined && device !== 'lo')
    return text(
      `packets for ${foreign} leave through ${device} without a gateway, as if it were in that network`,
      `給 ${foreign} 的封包不經過閘道就從 ${device} 送出，好像它就在那個網路裡`,
    )
  const by = gateway === undefined ? '' : ` via ${gateway}`
  return text(
    `packets for ${foreign} leave through ${device}${by}`,
    `給 ${foreign} 的封包從 ${device}${by} 送出`,
  )
}
