import type { Link } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { text } from '../../harness/say/text.ts'
import { linkOf } from '../endpoint.ts'
import { on } from '../phrases.ts'
import { outerEnd, plugsOf } from '../plug-of.ts'
import { endsOf, firstOf, nodesOf, type Path, type Suspect } from './path.ts'

/** Our own pings: 20 bytes of IP, 8 of ICMP, 56 of payload. */
const PING_BYTES = 84
/** Disciplines the kernel takes by itself; none of them holds a ping back (tc(8)). */
const HARMLESS = ['noqueue', 'pfifo_fast', 'fq_codel', 'fq', 'mq', 'sfq', 'pfifo', 'bfifo', 'cake', 'noop']

/** One link on the way, and where it is. */
interface Cable {
  node: string
  netns?: string
  link: Link
}

/** The links a packet of the path passes, from the sender's own to the receiver's. */
async function cablesOf(lab: Lab, path: Path): Promise<Cable[]> {
  const ends = await Promise.all(
    endsOf(path).map(async end => {
      const { node, netns } = end
      const [inner, outer] = await Promise.all([linkOf(lab, end), outerEnd(lab, end)])
      return [...(inner ? [{ node, netns, link: inner }] : []), ...(outer ? [{ node, link: outer }] : [])]
    }),
  )
  const physical = await Promise.all(
    nodesOf(path).map(async node => {
      const { links } = await lab.kernel(node)
      return links.filter(({ name }) => name === path.link).map(link => ({ node, link }))
    }),
  )
  return [...ends.flat(), ...physical.flat()]
}

const placeOf = ({ node, netns, link }: Cable) =>
  `${node} · ${netns === undefined ? link.name : `netns ${netns}`}`
const show = ({ node, netns, link }: Cable) =>
  on(node, `${netns === undefined ? 'ip' : `sudo ip -n ${netns}`} link show ${link.name}`)

/**
 * Open vSwitch has the name of the outer end in a bridge, but nobody has taken frames from the link that bears it now:
 * it was made after the one that was plugged in, and the userspace datapath still holds that one.
 */
export const madeAnew: Suspect = (lab, path) =>
  firstOf(endsOf(path), async end => {
    const [outer, own] = await Promise.all([outerEnd(lab, end), plugsOf(lab, end)])
    if (outer?.promiscuity !== 0 || outer.master !== undefined || own.length === 0) return undefined
    return {
      where: `${end.node} · ${outer.name}`,
      saw: text(
        `${outer.name} was made anew after it was plugged in, and Open vSwitch still holds the one of before`,
        `${outer.name} 接上 bridge 之後又重新建立過，Open vSwitch 用的還是舊的那一個`,
      ),
      tryThis: on(end.node, `ip -d link show ${outer.name}   # promiscuity 0`),
      cause: 'link-made-anew',
    }
  })

/** A link on the way passes only packets smaller than a ping. */
export const tooSmallMtu: Suspect = async (lab, path) => {
  const narrow = (await cablesOf(lab, path)).find(({ link }) => link.mtu > 0 && link.mtu < PING_BYTES)
  if (!narrow) return undefined
  const { node, link } = narrow
  return {
    where: placeOf(narrow),
    saw: text(
      `${link.name} on ${node} has an MTU of ${link.mtu} bytes, and a ping has ${PING_BYTES}`,
      `${node} 上 ${link.name} 的 MTU 是 ${link.mtu} 位元組，而一個 ping 封包有 ${PING_BYTES} 位元組`,
    ),
    tryThis: show(narrow),
    cause: 'mtu',
  }
}

/** A queueing discipline on the way delays, limits or drops (tc(8)). */
export const queued: Suspect = async (lab, path) => {
  const slow = (await cablesOf(lab, path)).find(({ link: { qdisc } }) => qdisc && !HARMLESS.includes(qdisc))
  if (!slow) return undefined
  const { node, netns, link } = slow
  return {
    where: placeOf(slow),
    saw: text(
      `what leaves by ${link.name} on ${node} has to pass the queueing discipline ${link.qdisc}`,
      `從 ${node} 的 ${link.name} 送出的封包要先經過 queueing discipline ${link.qdisc}`,
    ),
    tryThis: on(node, `sudo tc ${netns === undefined ? '' : `-n ${netns} `}-s qdisc show dev ${link.name}`),
    cause: 'queueing',
  }
}
