import { nearest } from '../../harness/core/nearest.ts'
import { text } from '../../harness/core/text.ts'
import type { OvsDatabase } from '../../harness/look/lab.ts'
import { on, quoted } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import type { Cause } from './cause.ts'

/** The key of a node's bridge mappings (ovn-controller(8)). */
export const KEY = 'ovn-bridge-mappings'

export type Pair = [network: string, bridge: string]

/**
 * Splits `ovn-bridge-mappings` into pairs, as ovn-controller reads it:
 * no white space is trimmed, and everything after the first pair that is none is ignored.
 */
export function pairsOf(value: string | undefined): Pair[] {
  const pairs = (value ?? '').split(',').map(pair => /^([^:]+):(.+)$/.exec(pair))
  const end = pairs.indexOf(null)
  return pairs.slice(0, end < 0 ? undefined : end).map(pair => [pair![1]!, pair![2]!])
}

/**
 * The bridge that ovn-controller takes for a network. Pairs with a bridge that is not there are passed over. Of several
 * for one network it takes the first it comes upon in a hash map, and that is not always the first written: each pair
 * goes before the earlier ones, and each time the map grows, with 2, 8, 16 … pairs, their order is turned round.
 */
export function takenBridge(
  value: string | undefined,
  network: string,
  bridges: { name: string }[],
): string | undefined {
  const pairs = pairsOf(value)
  const order: Pair[] = []
  let size = 1
  for (const pair of pairs.filter(([, bridge]) => bridges.some(({ name }) => name === bridge))) {
    order.unshift(pair)
    if (order.length / 2 < size) continue
    order.reverse()
    size = Math.max(4, 2 ** Math.ceil(Math.log2(order.length)))
  }
  const isFor = ([name]: Pair) => name === network
  return (order.find(isFor) ?? pairs.find(isFor))?.[1]
}

/** The known mistake a mapping is a sign of. */
export function mistakeIn(
  value: string | undefined,
  network: string | undefined,
  bridge: string | undefined,
  mapped: string | undefined,
): Cause | undefined {
  if (!value) return 'mapping-missing'
  // An input method for Chinese types wide forms of both signs (Unicode, Halfwidth and Fullwidth Forms).
  const intended = pairsOf(value.normalize('NFKC').replaceAll(/\s/g, '').replaceAll(';', ','))
  const isIntended = intended.some(([name, target]) => name === network && target === bridge)
  if (pairsOf(value).filter(([name]) => name === network).length > 1) return 'mapping-twice'
  if (isIntended) return /\s/.test(value) ? 'mapping-spaced' : 'mapping-separator'
  if (mapped !== undefined) return 'mapping-to-another-bridge'
  const pairs = pairsOf(value)
  if (pairs.some(([name, target]) => name === bridge && target === network)) return 'mapping-reversed'
  const known = pairs.map(([name]) => name.trim().toLowerCase())
  if (network !== undefined && known.includes(network.toLowerCase())) return 'network-name-case'
  return pairs.some(([, target]) => target === bridge) ? 'network-name-differs' : 'mapping-of-another-network'
}

/** Where a mapping was written that ovn-controller does not read it from: another column, or under a misspelt key. */
export function writtenElsewhere({ openVSwitch }: OvsDatabase, node: string): BrokenLink | undefined {
  const show = (column: string) => on(node, `sudo ovs-vsctl get Open_vSwitch . ${column}`)
  const place = `${node} · Open_vSwitch · Open_vSwitch`
  if (KEY in openVSwitch.other_config)
    return {
      where: `${place} · other_config:${KEY}`,
      saw: text(
        `other_config:${KEY} = ${quoted(openVSwitch.other_config[KEY])}, but OVN reads external_ids`,
        `other_config:${KEY} = ${quoted(openVSwitch.other_config[KEY])}，但 OVN 讀的是 external_ids`,
      ),
      tryThis: show('other_config'),
      cause: 'mapping-misplaced',
    }
  const misspelt = nearest(
    KEY,
    Object.keys(openVSwitch.external_ids).filter(key => /map/i.test(key)),
  )
  if (misspelt === undefined) return undefined
  return {
    where: `${place} · external_ids:${misspelt}`,
    saw: text(
      `external_ids:${misspelt} = ${quoted(openVSwitch.external_ids[misspelt])}, but the key OVN reads is ${KEY}`,
      `external_ids:${misspelt} = ${quoted(openVSwitch.external_ids[misspelt])}，但 OVN 讀的鍵是 ${KEY}`,
    ),
    tryThis: show('external_ids'),
    cause: 'mapping-key',
  }
}
