import { CannotLook } from '../judge/errors.ts'
import { text } from '../say/text.ts'
import type { Looker } from './evidence.ts'
import type { Lab, OvsDatabase } from './lab.ts'
import { unlessBlind } from './unless-blind.ts'

export const CENTRAL_DATABASES = ['OVN_Northbound', 'OVN_Southbound'] as const
export type CentralDatabase = (typeof CENTRAL_DATABASES)[number]

/**
 * Finds the node one of OVN's central databases runs on: where the chassis are told to go (`ovn-remote`,
 * ovn-controller(8)), most of them first, then any other node; the first of these whose database answers is it.
 * The northbound database mostly runs beside the southbound one, which is the one that chassis know.
 */
export async function findCentral(lab: Lab, looker: Looker, database: CentralDatabase): Promise<string> {
  if (lab.nodes.length === 0) throw nowhere(database, [])
  const remotes = await Promise.all(lab.nodes.map(async node => ({ node, ways: await waysFrom(lab, node) })))
  const meant = await Promise.all(remotes.map(({ node, ways }) => nodesMeant(lab, node, ways)))
  const votes = (node: string) => meant.filter(nodes => nodes.includes(node)).length
  const likely = [...lab.nodes].sort((one, other) => votes(other) - votes(one))
  let first: CannotLook | undefined
  for (const node of likely) {
    try {
      await looker.look({ look: 'database', node, database })
      return node
    } catch (thrown) {
      if (!(thrown instanceof CannotLook)) throw thrown
      first ??= thrown
    }
  }
  // Where the chassis go is a node of ours, and so what that one said is the reason.
  if (votes(likely[0]!) > 0) throw first
  throw nowhere(database, [...new Set(remotes.flatMap(({ ways }) => ways))])
}

/** The value of a chassis' own key, `ovn-remote-SYSTEMID`, counts before the common one. */
const remoteOf = ({ root: { external_ids } }: OvsDatabase): string =>
  external_ids[`ovn-remote-${external_ids['system-id']}`] ?? external_ids['ovn-remote'] ?? ''

async function waysFrom(lab: Lab, node: string): Promise<string[]> {
  const ovs = await unlessBlind(lab.ovs(node))
  return ovs ? remoteOf(ovs).split(',').filter(Boolean) : []
}

/** The nodes that have the addresses a chassis is told to go to; a socket and a loopback address are its own. */
async function nodesMeant(lab: Lab, chassis: string, ways: string[]): Promise<string[]> {
  const isOwn = (way: string) => way.startsWith('unix:') || /^127\.|^::1$|^localhost$/.test(hostOf(way))
  const far = ways.filter(way => !isOwn(way)).map(hostOf)
  const own = ways.some(isOwn) ? [chassis] : []
  if (far.length === 0) return own
  const there = await Promise.all(
    lab.nodes.map(async node => {
      if (far.includes(node)) return [node]
      const facts = await unlessBlind(lab.kernel(node))
      const has = facts?.links.some(link => link.addresses.some(({ address }) => far.includes(address)))
      return has ? [node] : []
    }),
  )
  return [...own, ...there.flat()]
}

/** `tcp:192.168.33.10:6642`, `ssl:[fd00::1]:6642` (ovsdb(7)). */
const hostOf = (way: string): string =>
  /^\w+:(?:\[([^\]]+)\]|([^:]+))/.exec(way)?.slice(1).find(Boolean) ?? ''

function nowhere(database: CentralDatabase, ways: string[]): CannotLook {
  const [led, ledZh] =
    ways.length === 0
      ? ['', '']
      : [`; its chassis go to ${ways.join(', ')}`, `；它的 chassis 連到 ${ways.join('、')}`]
  return new CannotLook(
    text(
      `no node of this lab runs the ${database} database${led}: name that machine in the inventory too`,
      `這個實驗環境裡沒有節點執行 ${database} 資料庫${ledZh}：請把那台機器也寫進 inventory`,
    ),
    { where: database },
  )
}
