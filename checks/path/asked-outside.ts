import { type Text, text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import { askedInVain } from '../locate/asked-from-outside.ts'
import { andThen } from '../nouns/phrases.ts'
import type { Wanted } from '../nouns/wanted.ts'
import type { Route } from '../route/route.ts'

/** Said of what is answered now, and will not be. */
export const WHILE_REMEMBERED: Text = text(
  'answered only as long as the MAC address is remembered; asking for it again fails',
  '只有在還記得 MAC 位址時才有回應，重新詢問就得不到答案',
)

/** What would keep the machine outside from being told where an address of NAT is; undefined where nothing would, or that cannot be told. */
export async function untoldOutside(lab: Lab, route: Route, token: string): Promise<BrokenLink | undefined> {
  const { outward, posts, from, address } = route
  const [post] = posts
  if (!outward || !route.to || !post) return undefined
  const packet: Wanted = { kind: 'arp-request', source: from.address, destination: address, token }
  return unlessBlind(
    askedInVain(lab, route, { place: { kind: 'outside', post }, packet, before: 1, behind: 0 }, outward),
  )
}

/** The same, though it still knows. */
export async function rememberedOutside(
  lab: Lab,
  route: Route,
  token: string,
): Promise<BrokenLink | undefined> {
  const found = await untoldOutside(lab, route, token)
  return found && { ...found, saw: andThen(WHILE_REMEMBERED, found.saw) }
}
