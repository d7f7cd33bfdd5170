import type { FdbEntry, WrittenFdbEntry } from '../look/evidence.ts'
import { shellQuote } from '../ssh/root-shell.ts'

/** Asks where a Linux bridge takes MAC addresses to be. Reads only. */
export const fdbScript = (bridge: string): string => `bridge -j fdb show br ${shellQuote(bridge)}`

/** Reads that; throws SyntaxError for anything else. Entries of the ports' own filters (`self`) are none of the bridge's. */
export function fdbFrom(json: string): FdbEntry[] {
  const entries: unknown = json.trim() === '' ? [] : JSON.parse(json)
  if (!Array.isArray(entries)) throw new SyntaxError('not a list')
  return entries.flatMap((entry): FdbEntry[] => {
    const { mac, ifname, master, state, flags } = entry ?? {}
    if (typeof mac !== 'string' || typeof ifname !== 'string' || typeof master !== 'string') return []
    const isSticky = Array.isArray(flags) && flags.includes('sticky')
    const typed = state === 'permanent' ? 'local' : state === 'static' || isSticky ? 'static' : undefined
    return [{ mac: mac.toLowerCase(), port: ifname, ...(typed && { typed }) }]
  })
}

/** Of what `ovs-appctl fdb/show` prints (port, VLAN, MAC address, age), the lines of what was written by hand, which has no age. */
export const writtenIn = (printed: string): WrittenFdbEntry[] =>
  [...printed.matchAll(/^\s*(\S+)\s+(\d+)\s+([0-9a-f:]{17})\s+static\s*$/gm)].map(([, port, vlan, mac]) => ({
    port: port!,
    vlan: Number(vlan),
    mac: mac!,
  }))
