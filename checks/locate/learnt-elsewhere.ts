import { type Text, text } from '../../harness/core/text.ts'
import type { KernelFacts, Link } from '../../harness/look/evidence.ts'
import { plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { andThen, on } from '../nouns/phrases.ts'
import { bears, isPlugged, linksIn } from '../route/end.ts'

/** What a bridge believes of a MAC address is so because another host there, behind one of these links, has it as well. */
export function twinAt(
  node: string,
  facts: KernelFacts,
  mac: string,
  isThere: (link: Link) => boolean,
  believes: Text,
): BrokenLink | undefined {
  const other = linksIn(node, facts).find(one => bears(one, mac) && isThere(one.link))
  if (!other) return undefined
  const { netns, link } = other
  return {
    where: `${node} · ${netns === undefined ? link.name : `netns ${netns}`}`,
    saw: andThen(
      text(
        `${netns === undefined ? '' : `${netns} `}${link.name} on ${node} has that MAC as well (${mac})`,
        `${node} 上${netns === undefined ? '' : ` ${netns} `}的 ${link.name} 也有這個 MAC 位址（${mac}）`,
      ),
      believes,
    ),
    tryThis: on(
      node,
      netns === undefined ? `ip link show ${link.name}` : `sudo ip -n ${netns} link show ${link.name}`,
    ),
    cause: 'mac-twice',
  }
}

/** The bridge has learnt, or was told, that the destination's MAC is somewhere else: where another host has it, there. */
export async function learntElsewhere(
  lab: Lab,
  node: string,
  notes: string[],
  name: string | undefined,
  mac: string | undefined,
): Promise<BrokenLink | undefined> {
  const why = notes.find(note => /learned port/.test(note))
  if (why === undefined || name === undefined) return undefined
  const believes = text(
    `${name} believes the destination's MAC to be at another port (${why})`,
    `${name} 認為目的地的 MAC 位址在別的 port（${why}）`,
  )
  const [facts, ovs] = await Promise.all([unlessBlind(lab.kernel(node)), lab.ovs(node)])
  const ports = plugs(ovs).filter(({ bridge }) => bridge.name === name)
  const twin =
    facts && mac !== undefined
      ? twinAt(node, facts, mac, link => link.isUp && isPlugged(link, facts, ports), believes)
      : undefined
  if (twin) return twin
  const written = await unlessBlind(lab.writtenFdb(node, name))
  const own = written?.find(entry => entry.mac === mac?.toLowerCase())
  const at = ports.find(({ iface }) => String(iface.ofport[0]) === own?.port)?.iface.name ?? own?.port
  return {
    where: `${node} · ${name} · fdb`,
    saw: own
      ? text(
          `${believes.en}: its entry for ${own.mac} (VLAN ${own.vlan}) was written by hand (static) and names ${at}, so ${name} does not learn where it is`,
          `${believes['zh-TW']}：${own.mac}（VLAN ${own.vlan}）那一筆是手動寫的（static），指向 ${at}，${name} 因此不會學到它真正在哪裡`,
        )
      : text(
          `${believes.en}: frames with the same source MAC arrived there${written ? '' : ', or the entry was added by hand'}`,
          `${believes['zh-TW']}：有來源 MAC 位址相同的訊框從那裡進來${written ? '' : '，或是有人手動加入'}`,
        ),
    tryThis: on(node, `sudo ovs-appctl fdb/show ${name}`),
    cause: own ? 'mac-written-elsewhere' : 'mac-learnt-elsewhere',
  }
}
