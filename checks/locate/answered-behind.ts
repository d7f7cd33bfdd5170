import { Contradiction } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { OwnAnswers, PingSeen, Traffic } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { andThen, inside, on } from '../nouns/phrases.ts'
import type { End } from '../route/hop.ts'
import type { Route } from '../route/route.ts'
import { oddity } from './oddity.ts'
import { rewritten } from './stack-rules.ts'

/**
 * The kernel of the end that a ping is for must have sent its answers by itself: it counts them. Where it has sent fewer, somebody
 * behind it has answered under its address, and the rule or route that led the packets there is named. Rejects with Contradiction
 * where none is found, undefined where it answered, or nobody counted.
 */
export async function answeredBehind(
  lab: Lab,
  { from, to }: Route,
  traffic: Traffic,
  ping: PingSeen,
): Promise<BrokenLink | undefined> {
  const counted = traffic.ownAnswers?.find(({ node, netns }) => node === to?.node && netns === to.netns)
  if (!to || !counted) return undefined
  const lacks = lacking(counted, traffic, ping, to)
  if (lacks === undefined) return undefined
  const packet = {
    ...{ kind: ping.tcpPort === undefined ? ('echo-request' as const) : ('tcp-request' as const) },
    ...{ source: from.address, destination: to.address, token: ping.token },
    ...(ping.tcpPort !== undefined && { tcpPort: ping.tcpPort }),
  }
  const question = { to: to.address, from: from.address, by: to.device }
  const stack = await unlessBlind(
    lab.stack(to.node, to.netns, [
      { ...question, ...(ping.tcpPort === undefined && { isPing: true as const }) },
    ]),
  )
  const found = stack && (rewritten(to, stack, packet, 'in') ?? ledOn(to, stack.routes[0]?.device))
  if (found) return { ...found, saw: andThen(lacks, found.saw) }
  throw new Contradiction(lacks, {
    where: `${to.node} · ${to.netns === undefined ? to.device : `netns ${to.netns}`}`,
    help: on(to.node, `sudo ${inside(to, 'nstat -asz')}`),
  })
}

/** How many of the answers it has not sent, in words; undefined where it has sent enough. */
function lacking(
  counted: OwnAnswers,
  { pings }: Traffic,
  ping: PingSeen,
  { node, netns }: End,
): Text | undefined {
  const isTcp = ({ tcpPort }: PingSeen) => tcpPort !== undefined
  // Who asks from the same node for the same address asks the same machine.
  const alike = pings.filter(({ to, from }) => to === ping.to && from.node === ping.from.node)
  const answers = (of: PingSeen[]) => of.reduce((sum, { received }) => sum + received, 0)
  const echoes = answers(alike.filter(one => !isTcp(one)))
  const [wanted, sent] = isTcp(ping)
    ? [
        // Of TCP it does not count its answers, so what else it has surely sent stands beside them: its own pings that were answered.
        answers(alike) + answers(pings.filter(({ from }) => from.node === node && from.netns === netns)),
        counted.packets,
      ]
    : [echoes, ping.to.includes(':') ? counted.echoReplies6 : counted.echoReplies]
  if (sent === undefined || sent >= wanted) return undefined
  const own = isTcp(ping) ? answers(alike) - (wanted - sent) : sent
  const all = isTcp(ping) ? answers(alike) : echoes
  return text(
    `${all} answers came under the address ${ping.to}, but the kernel of ${netns ?? node} has sent only ${Math.max(0, own)} of them: somebody else answered in its place`,
    `以位址 ${ping.to} 回來的回應有 ${all} 個，但 ${netns ?? node} 的核心只送出 ${Math.max(0, own)} 個：有別的機器替它回應`,
  )
}

/** Its own kernel would not take in what comes for it, but send it on. */
function ledOn(to: End, device: string | undefined): BrokenLink | undefined {
  if (device === undefined || device === 'lo') return undefined
  return oddity(
    to,
    'routes',
    'netns-routes',
    text(
      `its routes and rules lead what comes for ${to.address} on to ${device}`,
      `它的路由和規則會把給 ${to.address} 的封包轉往 ${device}`,
    ),
    `ip ${to.netns === undefined ? '' : `-n ${to.netns} `}rule show`,
  )
}
