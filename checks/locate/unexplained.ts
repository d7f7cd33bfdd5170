import { type Text, text } from '../../harness/core/text.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Break, Place } from '../heard/bracket.ts'
import { inside, on } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import { type End, ipIn, stackName, stackPlace } from '../route/hop.ts'

type StackPlace = Extract<Place, { kind: 'stack' }>

/** Of what was lost around places where nobody could listen, only that is known. */
export const lostUnheard = ({ packet, before, behind }: Break): Text =>
  text(
    `of ${before} ${packet.kind} packets, ${behind} were captured after the places where no capture was possible`,
    `${before} 個 ${packet.kind} 當中，過了無法擷取封包的地方之後擷取到 ${behind} 個`,
  )

/** Nothing we know of explains it, but the place is a fact. */
export const unexplained = (end: End, { does }: StackPlace, broken: Break): BrokenLink => ({
  where: stackPlace(end),
  saw: broken.isWide ? lostUnheard(broken) : notDone(end, does, broken.packet),
  tryThis: on(end.node, `sudo ${inside(end, 'nft list ruleset')}; sudo ${ipIn(end, '-s link')}`),
})

const notDone = (end: End, does: StackPlace['does'], { kind, destination }: Wanted): Text => {
  const name = stackName(end)
  return {
    send: text(`no ${kind} for ${destination} left ${name}`, `${name} 沒有送出給 ${destination} 的 ${kind}`),
    answer: text(
      `${name} received the request but did not answer (${kind})`,
      `${name} 收到了，但沒有回應（${kind}）`,
    ),
    take: text(
      `the ${kind} came back to ${name}, which did not accept it`,
      `${kind} 已經回到 ${name}，但沒有被接收`,
    ),
  }[does]
}
