import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'

/** What hooks in at a link of a namespace, and a command to see it; undefined where nothing does that is told of. */
export async function hookAt(
  lab: Lab,
  { node, netns, device, hook }: { node: string; netns: string; device: string; hook: 'ingress' | 'egress' },
): Promise<[part: string, tool: string] | undefined> {
  const stack = await unlessBlind(lab.stack(node, netns, []))
  const isFiltered = stack?.chains.some(
    chain => chain.family === 'netdev' && chain.hook === hook && chain.devices.includes(device),
  )
  if (isFiltered) return ['nftables', `ip netns exec ${netns} nft list ruleset`]
  return stack?.filters.some(one => one.device === device && one.way === hook)
    ? ['tc', `tc -n ${netns} filter show dev ${device} ${hook}`]
    : undefined
}
