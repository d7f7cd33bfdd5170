import { type Text, text } from '../../harness/say/text.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { on } from '../phrases.ts'
import type { Break, Place } from './bracket.ts'
import type { End } from './hop.ts'
import type { Wanted } from './route.ts'

type StackPlace = Extract<Place, { kind: 'stack' }>

/** Of what was lost around places where nobody could listen, only that is known. */
export const lostUnheard = ({ packet, before, behind }: Break): Text =>
  text(
    `of ${before} ${packet.kind} packets, ${behind} were captured after the places where no capture was possible`,
    `${before} 個 ${packet.kind} 當中，過了無法擷取封包的地方之後擷取到 ${behind} 個`,
  )

/** Nothing we know of explains it, but the place is a fact. */
export const unexplained = (end: End, { does }: StackPlace, broken: Break): BrokenLink => ({
  where: `${end.node} · netns ${end.netns}`,
  saw: broken.isWide ? lostUnheard(broken) : notDone(end, does, broken.packet),
  tryThis: on(end.node, `sudo ip netns exec ${end.netns} nft list ruleset; sudo ip -n ${end.netns} -s link`),
})

const notDone = ({ netns }: End, does: StackPlace['does'], { kind, destination }: Wanted): Text =>
  ({
    send: text(
      `no ${kind} for ${destination} left ${netns}`,
      `${netns} 沒有送出給 ${destination} 的 ${kind}`,
    ),
    answer: text(
      `${netns} received the request but did not answer (${kind})`,
      `${netns} 收到了，但沒有回應（${kind}）`,
    ),
    take: text(
      `the ${kind} came back to ${netns}, which did not accept it`,
      `${kind} 已經回到 ${netns}，但沒有被接收`,
    ),
  })[does]
