import type { OvsDatabase } from '../../harness/look/lab.ts'
import { nearest } from '../../harness/manifest/nearest.ts'
import { text } from '../../harness/say/text.ts'
import { on, quoted } from '../phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import type { Cause } from './cause.ts'

/** The key of a node's bridge mappings (ovn-controller(8)). */
export const KEY = 'ovn-bridge-mappings'

/**
 * Splits `ovn-bridge-mappings` into network → bridge, as ovn-controller reads it:
 * no white space is trimmed, and everything after the first pair that is none is ignored.
 */
export function parseMappings(value: string | undefined): Map<string, string> {
  const pairs = (value ?? '').split(',').map(pair => /^([^:]+):(.+)$/.exec(pair))
  const end = pairs.indexOf(null)
  return new Map(pairs.slice(0, end < 0 ? undefined : end).map(pair => [pair![1]!, pair![2]!]))
}

/** The known mistake a mapping is a sign of. */
export function mistakeIn(
  value: string | undefined,
  network: string | undefined,
  bridge: string | undefined,
  mapped: string | undefined,
): Cause | undefined {
  if (!value) return 'mapping-missing'
  const intended = parseMappings(value.replaceAll(/\s/g, '').replaceAll(';', ','))
  if (network !== undefined && bridge !== undefined && intended.get(network) === bridge)
    return /\s/.test(value) ? 'mapping-spaced' : 'mapping-separator'
  if (mapped !== undefined) return 'mapping-to-another-bridge'
  const pairs = [...parseMappings(value)]
  if (pairs.some(([name, target]) => name === bridge && target === network)) return 'mapping-reversed'
  const known = pairs.map(([name]) => name.trim().toLowerCase())
  if (network !== undefined && known.includes(network.toLowerCase())) return 'network-name-case'
  return pairs.some(([, target]) => target === bridge) ? 'network-name-differs' : 'mapping-of-another-network'
}

/** Where a mapping was written that ovn-controller does not read it from: another column, or under a misspelt key. */
export function writtenElsewhere({ root }: OvsDatabase, node: string): BrokenLink | undefined {
  const show = (column: string) => on(node, `sudo ovs-vsctl get Open_vSwitch . ${column}`)
  const place = `${node} · Open_vSwitch · Open_vSwitch`
  if (KEY in root.other_config)
    return {
      where: `${place} · other_config:${KEY}`,
      saw: text(
        `other_config:${KEY} = ${quoted(root.other_config[KEY])}, but OVN reads external_ids`,
        `other_config:${KEY} = ${quoted(root.other_config[KEY])}，但 OVN 讀的是 external_ids`,
      ),
      tryThis: show('other_config'),
      cause: 'mapping-misplaced',
    }
  const misspelt = nearest(
    KEY,
    Object.keys(root.external_ids).filter(key => /map/i.test(key)),
  )
  if (misspelt === undefined) return undefined
  return {
    where: `${place} · external_ids:${misspelt}`,
    saw: text(
      `external_ids:${misspelt} = ${quoted(root.external_ids[misspelt])}, but the key OVN reads is ${KEY}`,
      `external_ids:${misspelt} = ${quoted(root.external_ids[misspelt])}，但 OVN 讀的鍵是 ${KEY}`,
    ),
    tryThis: show('external_ids'),
    cause: 'mapping-key',
  }
}
