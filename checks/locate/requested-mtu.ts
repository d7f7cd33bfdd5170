import { text } from '../../harness/core/text.ts'
import { plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { andThen, on } from '../nouns/phrases.ts'

/**
 * A link that is too narrow was made so by Open vSwitch, which is told to, and makes it so again whenever it is configured
 * (ovs-vswitchd.conf.db(5), Interface, mtu_request): then it is the row that says so.
 */
export async function requestedMtu(
  lab: Lab,
  { node, netns, name }: { node: string; netns?: string; name: string },
  mtu: number,
  found: BrokenLink,
): Promise<BrokenLink> {
  const ovs = netns === undefined ? await unlessBlind(lab.ovs(node)) : undefined
  const row = (ovs ? plugs(ovs) : []).find(({ iface }) => iface.name === name)?.iface
  // Recordings that are older than this column lack it.
  if (!(row?.mtu_request ?? []).includes(mtu)) return found
  return {
    where: `${node} · Open_vSwitch · Interface · mtu_request`,
    saw: andThen(
      found.saw,
      text(
        `its row has mtu_request = ${mtu}, so Open vSwitch sets it again and again`,
        `它的資料列設定了 mtu_request = ${mtu}，所以 Open vSwitch 會一再這樣設定`,
      ),
    ),
    tryThis: on(node, `sudo ovs-vsctl get Interface ${name} mtu_request`),
    cause: 'mtu-requested',
  }
}
