import { text } from '../../harness/core/text.ts'
import type { TraceSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { globalOption } from '../nouns/global-option.ts'
import type { Post } from '../route/route.ts'
import { headsIn } from '../route/tunnel-head.ts'

const KEY = 'always_tunnel'

/**
 * One option of all of OVN sends packets between chassis through the tunnel, though their switch has a localnet port (ovn-nb(5), NB_Global,
 * options:always_tunnel). Undefined where the packet is to leave by a tunnel anyway, or does not.
 */
export async function alwaysTunnelled(
  lab: Lab,
  leaves: Post,
  { datapathActions }: TraceSeen,
): Promise<BrokenLink | undefined> {
  if (leaves.isTunnel || headsIn(datapathActions).length === 0) return undefined
  if ((await globalOption(lab, KEY)) !== 'true') return undefined
  return {
    where: `OVN_Northbound · NB_Global · options:${KEY}`,
    saw: text(
      `${KEY} is true, so OVN sends packets for another chassis through the tunnel, and not out by ${leaves.links.join(', ')}`,
      `${KEY} 是 true，所以 OVN 把要送到其他 chassis 的封包送進 tunnel，而不是從 ${leaves.links.join('、')} 送出`,
    ),
    tryThis: 'sudo ovn-nbctl get NB_Global . options',
  }
}
