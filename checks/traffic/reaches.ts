import { CannotLook, Unmet } from '../../harness/core/errors.ts'
import { same, type Text, text } from '../../harness/core/text.ts'
import type { PingSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { isLossy } from '../../harness/look/loss.ts'
import { cannotLook } from '../../harness/look/recording.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { answeredTwice } from '../heard/answered-twice.ts'
import { bracket } from '../heard/bracket.ts'
import { type Memory, madeByHand } from '../heard/by-hand.ts'
import { unlessCameRound } from '../heard/came-round.ts'
import { sentBack } from '../heard/sent-back.ts'
import { hopsOf } from '../heard/trail.ts'
import { choosyFilter } from '../locate/choosy-filter.ts'
import { locate } from '../locate/locate.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { andThen, inside, on } from '../nouns/phrases.ts'
import { unaskable } from '../path/asks.ts'
import { unaskableInet6 } from '../path/asks-inet6.ts'
import { onlySmall, tooLarge } from '../path/too-large.ts'
import { isOnlyTooLarge, lostVariants, onlyUsual, variedIn } from '../path/varied.ts'
import { wrongMachine } from '../path/who-answers.ts'
import { contradiction } from '../path/witness.ts'
import { isDeaf } from '../route/route.ts'
import type { Manner } from './manner.ts'
import { type Experiment, type Probe, probeIfMade, probeOf } from './traffic.ts'

/**
 * The endpoint pings the address and is answered, by its packets: they leave and arrive on the plugs of both ends and cross
 * the links between them, request and reply, under the addresses and MACs of these ends and no others; hardly any is lost;
 * the flows of OVN would send them that way; and so it stays when the ends have forgotten each other's MAC addresses. Where
 * the experiment has the largest packets that its link has room for as well, they get there too, and so do packets of other
 * sizes and headers. Where something on the way
 * may remember the packets of others, the experiment is made once more, each end alone after a silence.
 */
export async function reaches(
  lab: Lab,
  experiment: Experiment,
  from: Endpoint,
  to: string,
  expected: Text = text(`${to} answers the ping from ${from.netns}`, `${from.netns} ping ${to} 有回應`),
  manner: Manner = {},
): Promise<void> {
  const probe = await probeOf(lab, experiment, from, to, manner)
  if (isUnanswered(probe)) lab.certain(new Unmet({ expected, ...notAnswered(probe) }))
  const broken = await whyNotReached(lab, probe)
  if (broken) throw new Unmet({ expected, ...broken, saw: andThen(counted(probe.ping), broken.saw) })
  const largest = await probeIfMade(lab, experiment, from, to, { isLargest: true })
  const narrow = largest && (await tooLarge(lab, largest.route, largest.traffic, largest.ping))
  if (!largest || !narrow) {
    const { route, traffic, ping } = probe
    const varied = variedIn(traffic, from, to)
    const choosy =
      varied && !isOnlyTooLarge(traffic, varied) && (await lostVariants(lab, route, traffic, varied))
    if (choosy)
      throw new Unmet({
        expected,
        ...choosy.found,
        saw: andThen(onlyUsual(ping, varied), choosy.found.saw),
        hops: hopsOf(route, traffic, varied, choosy.broken, choosy.found),
      })
    const memory = await madeByHand(lab, route, traffic, ping)
    if (memory && experiment.apartMs !== undefined && ping.isFirstLost)
      throw new Unmet({ expected, ...losesFirst(memory, ping, experiment.apartMs) })
    if (!memory || memory.quietMs <= (experiment.apartMs ?? 0)) return
    if (memory.quietMs > LONGEST_QUIET_MS) throw remembersLonger(memory, from)
    return reaches(lab, { ...experiment, apartMs: memory.quietMs }, from, to, expected, manner)
  }
  const { route, traffic, ping } = largest
  throw new Unmet({
    expected,
    ...narrow.found,
    saw: andThen(onlySmall(probe.ping, ping), narrow.found.saw),
    hops: hopsOf(route, traffic, ping, narrow.broken, narrow.found),
  })
}

/** Nothing came back, and whoever listens on the way could hear: whatever the reason is, it is not reached. */
const isUnanswered = ({ ping, route, traffic }: Probe): boolean =>
  ping.received === 0 &&
  ping.sent > 1 &&
  route.posts.every(({ node, netns, links }) => {
    const own = traffic.captures.filter(
      seen => seen.node === node && seen.netns === netns && links.includes(seen.link),
    )
    return own.length > 0 && !own.some(isDeaf)
  })

/** That, before it is known where. */
const notAnswered = ({ ping }: Probe) => ({
  saw: andThen(
    counted(ping),
    text('where the packets are lost is being looked at', '正在查看封包在哪裡遺失'),
  ),
  where: ping.from.netns === undefined ? ping.from.node : `${ping.from.node} · ${ping.from.netns}`,
  tryThis: on(ping.from.node, `sudo ${inside(ping.from, `ping -c 3 ${ping.to}`)}`),
})

/** Both ways. */
export async function reachEachOther(
  lab: Lab,
  experiment: Experiment,
  [one, other]: [Endpoint, Endpoint],
): Promise<void> {
  await reaches(lab, experiment, one, other.address)
  await reaches(lab, experiment, other, one.address)
}

/** Each end waits so long before its turn, and once more before what was lost: four times must fit into what a claim may take (judge-claim.ts). */
const LONGEST_QUIET_MS = 20_000

/** Each time that nobody had pinged for a while, it was the first echo that was lost: whoever begins is not heard. */
const losesFirst = ({ where }: Memory, { from, to, sent, received }: PingSeen, apartMs: number) => ({
  where,
  saw: text(
    `${sent} sent, ${received} answered; after ${seconds(apartMs)} s of silence the first packet is lost each time, and something on the way was added by hand that may remember packets`,
    `送出 ${sent} 個，收到 ${received} 個回應；每次安靜 ${seconds(apartMs)} 秒之後，第一個封包都會遺失，而路上有手動加入、可能會記住封包的設定`,
  ),
  tryThis: on(from.node, `sleep ${seconds(apartMs)}; sudo ${inside(from, `ping -c 1 ${to}`)}`),
})

const remembersLonger = ({ where, quietMs }: Memory, { netns }: Endpoint) => {
  const [en, zh] = Number.isFinite(quietMs)
    ? [
        `for up to ${seconds(quietMs)} s, longer than a check waits`,
        `，最長 ${seconds(quietMs)} 秒，比檢查願意等的時間還久`,
      ]
    : ['for ever', '，而且永遠不會忘記']
  return new CannotLook(
    text(
      `what was added there by hand remembers packets ${en}, so it is not known whether the packets of ${netns} pass when nobody else has sent any`,
      `那裡手動加入的設定會記住封包${zh}，因此無法確定沒有別人送過封包時，${netns} 的封包是否也能通過`,
    ),
    { where },
  )
}
const seconds = (ms: number) => Math.ceil(ms / 1_000)

const counted = ({ complaint, sent, received }: Probe['ping']): Text =>
  complaint
    ? same(complaint)
    : received > 0 && isLossy({ sent, received })
      ? text(
          `${sent} sent, ${received} answered: ${sent - received} of ${sent} were lost`,
          `送出 ${sent} 個，收到 ${received} 個回應：遺失 ${sent - received} 個`,
        )
      : text(`${sent} sent, ${received} answered`, `送出 ${sent} 個，收到 ${received} 個回應`)

/** The place where a ping was lost or was not what it should be; undefined where it was answered as it should. */
export async function whyNotReached(
  lab: Lab,
  { traffic, ping, route }: Probe,
): Promise<BrokenLink | undefined> {
  const broken = bracket(route, traffic, ping)
  const other = await wrongMachine(lab, route, traffic, ping, broken)
  if (other) return other
  if (broken) {
    const lost = await unlessCameRound(lab, route, broken)
    const found = (await unlessBlind(sentBack(lab, route, traffic, lost))) ?? (await locate(lab, route, lost))
    return { ...found, hops: hopsOf(route, traffic, ping, lost, found) }
  }
  // What was answered must also have been heard: by a capture that could hear.
  for (const seen of traffic.captures) {
    const isOnRoute = route.posts.some(
      post => post.node === seen.node && post.netns === seen.netns && post.links.includes(seen.link),
    )
    if (!isOnRoute || !isDeaf(seen)) continue
    if ('blind' in seen) throw cannotLook(seen.blind)
    const [en, zhTW] =
      seen.heardMarker === false && seen.droppedByKernel === 0
        ? ['missed the marker packet sent over it', '沒有收到用來確認的標記封包']
        : ['lost packets', '漏掉了封包']
    throw new CannotLook(
      text(
        `the capture on ${seen.link} of ${seen.node} ${en}, so it is not known which way the ping went`,
        `${seen.node} 上 ${seen.link} 的擷取${zhTW}，無法確定 ping 走的路`,
      ),
      { where: `${seen.node} · ${seen.link}` },
    )
  }
  const twice = await answeredTwice(lab, route, ping)
  if (twice) return twice
  const [contrary, forgetful, choosy] = await Promise.all([
    contradiction(lab, route, traffic, ping),
    unaskable(lab, route, traffic, ping.token),
    choosyFilter(lab, route, ping.tcpPort),
  ])
  return contrary ?? forgetful ?? (await unaskableInet6(lab, route, traffic, ping.token)) ?? choosy
}
