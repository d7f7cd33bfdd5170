import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { firstOf } from '../nouns/first-of.ts'
import { cableOf } from '../nouns/linux-bridge.ts'
import { list, on } from '../nouns/phrases.ts'
import { plugsOf } from '../nouns/plug-of.ts'

const SHOW = 'bridge link show'

/** The outer end of the endpoint's veth pair is in a Linux bridge, and both are up (ip-link(8)). */
export async function inLinuxBridge(lab: Lab, endpoint: Endpoint): Promise<void> {
  const broken = await notBridged(lab, endpoint)
  if (!broken) return
  throw new Unmet({
    expected: text(
      `the outer end of ${endpoint.netns}'s veth pair, up, in a Linux bridge that is up`,
      `${endpoint.netns} 那對 veth 的外側已啟用，而且在一個已啟用的 Linux bridge 裡`,
    ),
    ...broken,
  })
}

async function notBridged(lab: Lab, endpoint: Endpoint): Promise<BrokenLink | undefined> {
  const { node, netns } = endpoint
  const [{ outer, bridge }, [plug]] = await Promise.all([cableOf(lab, endpoint), plugsOf(lab, endpoint)])
  if (!outer)
    return {
      saw: text(
        `no interface of ${node} is the other end of the interface in ${netns}`,
        `${node} 上沒有介面和 ${netns} 裡的介面是一對`,
      ),
      where: `${node} · netns ${netns}`,
      tryThis: on(node, `sudo ip -n ${netns} -d link show`),
    }
  const at = { where: `${node} · ${outer.name}`, tryThis: on(node, SHOW) }
  if (!bridge)
    return {
      saw: plug
        ? text(
            `${outer.name} is in ${plug.bridge.name} of Open vSwitch, and in no Linux bridge`,
            `${outer.name} 在 Open vSwitch 的 ${plug.bridge.name} 裡，不在任何 Linux bridge 裡`,
          )
        : text(`${outer.name} is in no bridge`, `${outer.name} 不在任何 bridge 裡`),
      ...at,
    }
  if (!bridge.isUp)
    return {
      saw: text(
        `${outer.name} is in ${bridge.name}, and ${bridge.name} is down`,
        `${outer.name} 在 ${bridge.name} 裡，但 ${bridge.name} 沒有啟用（DOWN）`,
      ),
      where: `${node} · ${bridge.name}`,
      tryThis: on(node, `ip link show ${bridge.name}`),
    }
  if (outer.isUp) return undefined
  return {
    saw: text(`${outer.name} is down`, `${outer.name} 沒有啟用（DOWN）`),
    ...at,
    cause: 'veth-down',
  }
}

/** One Linux bridge holds the outer ends of all of them. */
export async function shareOneLinuxBridge(lab: Lab, all: Endpoint[]): Promise<void> {
  const cables = await Promise.all(all.map(endpoint => cableOf(lab, endpoint)))
  const [first] = cables
  const stray = cables.findIndex(({ bridge }) => bridge === undefined || bridge.name !== first?.bridge?.name)
  if (stray < 0) return
  const names = list(all.map(({ netns }) => netns))
  const node = all[stray]!.node
  const seen = list(cables.map(({ outer, bridge }) => `${outer?.name ?? '?'} @ ${bridge?.name ?? '(none)'}`))
  throw new Unmet({
    expected: text(`${names.en} in one Linux bridge`, `${names['zh-TW']} 在同一個 Linux bridge 裡`),
    saw: seen,
    where: `${node} · ${cables[stray]!.outer?.name ?? `netns ${all[stray]!.netns}`}`,
    tryThis: on(node, SHOW),
  })
}

/** No Linux bridge holds the outer end of any of them, up or down. */
export async function inNoLinuxBridge(lab: Lab, all: Endpoint[]): Promise<void> {
  const broken = await firstOf(all, async endpoint => {
    const { outer, bridge } = await cableOf(lab, endpoint)
    return outer && bridge && stillIn(endpoint.node, outer.name, bridge.name)
  })
  if (!broken) return
  const names = list(all.map(({ netns }) => netns))
  throw new Unmet({
    expected: text(
      `the veth pairs of ${names.en} in no Linux bridge`,
      `${names['zh-TW']} 的 veth 不在任何 Linux bridge 裡`,
    ),
    ...broken,
  })
}

const stillIn = (node: string, outer: string, bridge: string): BrokenLink => ({
  saw: text(`${outer} is in the Linux bridge ${bridge}`, `${outer} 在 Linux bridge ${bridge} 裡`),
  where: `${node} · ${outer}`,
  tryThis: on(node, SHOW),
})
