import { text } from '../../harness/say/text.ts'
import { linkOf } from '../endpoint.ts'
import { on } from '../phrases.ts'
import { outerEnd } from '../plug-of.ts'
import { endsOf, firstOf, type Suspect } from './path.ts'

/** The outer end of a namespace's veth pair is down, so the inner one has no carrier. */
export const vethDown: Suspect = (lab, path) =>
  firstOf(endsOf(path), async end => {
    const [outer, inner] = await Promise.all([outerEnd(lab, end), linkOf(lab, end)])
    if (!outer || (outer.isUp && inner?.hasCarrier !== false)) return undefined
    const { node, netns } = end
    return {
      where: `${node} · ${outer.name}`,
      saw: outer.isUp
        ? text(`${inner?.name} in ${netns} has no carrier`, `${netns} 裡的 ${inner?.name} 沒有 carrier`)
        : text(
            `${outer.name}, the end of ${netns}'s cable that is in the bridge, is down`,
            `${outer.name} 是 ${netns} 那對 veth 的外側，但它沒有啟用（DOWN）`,
          ),
      tryThis: on(node, `ip -br link show ${outer.name}`),
      cause: 'veth-down',
    }
  })
