import { dotted, numberOf } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { oddity } from '../locate/oddity.ts'
import { ipIn, stackName } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { tracedTo } from '../state/next-hop-traced.ts'

/** To whom the answer goes another way, and what leads it there. */
interface Elsewhere {
  other: string
  kept: BrokenLink
}

/**
 * The answer of the end to somebody in each quarter of the network, traced through the router beside that to the one who asked: it
 * must come out where that one does. No flow of a node knows that yet, for the router has to ask for their MAC addresses first.
 */
export async function answersLedElsewhere(
  lab: Lab,
  { from, to, outward }: Route,
  others: string[],
): Promise<Elsewhere | undefined> {
  if (!to || !outward) return undefined
  const northbound = await lab.northbound()
  const sent = { router: outward.outer.address, host: to.address, isReply: true as const }
  const [own, ...seen] = (await tracedTo(lab, northbound, sent, [from.address, ...others])) ?? []
  if (!own?.outputs?.length) return undefined
  const at = seen.findIndex(
    ({ outputs, asksFor, sentTo }, index) =>
      outputs !== undefined &&
      (!own.outputs!.every(port => outputs.includes(port)) ||
        // What bears the MAC address of the one who asked goes to that one.
        (asksFor !== undefined ? asksFor !== others[index] : sentTo !== undefined && sentTo === own.sentTo)),
  )
  if (at < 0) return undefined
  const { outputs = [], asksFor, sentTo } = seen[at]!
  const hop = asksFor === undefined ? sentTo : `ARP ${asksFor}`
  const way = `${outputs.join(', ')}${hop === undefined ? '' : ` (${hop})`}`
  const kept: BrokenLink = {
    where: 'OVN_Northbound · Logical_Router',
    saw: text(
      `the router ${outputs.length === 0 ? 'drops' : `sends by ${way}`} what ${to.address} answers to ${others[at]}`,
      `router 會把 ${to.address} 給 ${others[at]} 的回應${outputs.length === 0 ? '丟棄' : `從 ${way} 送出`}`,
    ),
    tryThis: 'sudo ovn-nbctl list Logical_Router_Static_Route; sudo ovn-nbctl list Logical_Router_Policy',
  }
  return { other: others[at]!, kept }
}

/**
 * The kernel of the end sends what it answers to one of these another way than what it answers to the one who asked: by another link or
 * next hop, or not at all. It has a link in a part of that network, say.
 */
export async function answersSentElsewhere(
  lab: Lab,
  { from, to }: Route,
  others: string[],
): Promise<Elsewhere | undefined> {
  if (!to) return undefined
  const asked = [from.address, ...others].map(one => ({ to: one, from: to.address }))
  const [own, ...seen] = (await unlessBlind(lab.routes(to.node, to.netns, asked))) ?? []
  if (own?.device === undefined) return undefined
  const at = seen.findIndex(({ device, gateway }) => device !== own.device || gateway !== own.gateway)
  if (at < 0) return undefined
  const { device, gateway, error } = seen[at]!
  const way = error ?? [device, ...(gateway === undefined ? [] : [`via ${gateway}`])].join(' ')
  const kept = oddity(
    to,
    'routes',
    'netns-routes',
    text(
      `${stackName(to)} answers ${from.address} by ${own.device}, and ${others[at]} not that way: ${way}`,
      `${stackName(to)} 給 ${from.address} 的回應從 ${own.device} 送出，給 ${others[at]} 的卻不是：${way}`,
    ),
    ipIn(to, `route get ${others[at]} from ${to.address}`),
  )
  return { other: others[at]!, kept }
}

/** A network as four that are half as long on each side; itself where it is too small for that. */
export function quartersOf(network: string): string[] {
  const [base = '', length = '32'] = network.split('/')
  const bits = Number(length) + 2
  if (bits > 30) return [network]
  return [0, 1, 2, 3].map(at => `${dotted(numberOf(base) + at * 2 ** (32 - bits))}/${bits}`)
}
