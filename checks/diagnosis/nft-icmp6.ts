import type { NftChain } from '../../harness/look/evidence.ts'
import { devicesOf, type Fields, icmp6Of } from './nft-fields.ts'
import { dropIn, HOOKS } from './nft-verdict.ts'

/** A message of ICMPv6 by the name that nft(8) has for its type; `source` where it is known. */
interface Inet6Crossing {
  type: string
  device: string
  way: 'in' | 'out'
  source?: string
}

/** The rule, in words, that drops a message of ICMPv6, or that may do so. */
export function whatDropsInet6(
  chains: NftChain[],
  { type, source, device, way }: Inet6Crossing,
): string | undefined {
  const fields: Fields = {
    ...icmp6Of(type),
    ...devicesOf({ device, way }),
    ...(source !== undefined && { 'ip6 saddr': source }),
  }
  return chains
    .filter(
      ({ family, hook, devices }) =>
        HOOKS[way].includes(hook) &&
        ['ip6', 'inet', 'netdev'].includes(family) &&
        (devices.length === 0 || devices.includes(device)),
    )
    .map(chain => dropIn(chain, fields)?.words)
    .find(words => words !== undefined)
}
