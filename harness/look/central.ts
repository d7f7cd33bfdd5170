import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { OpenVSwitch } from '../ovsdb/tables.ts'
import type { DatabaseName, KernelFacts, Looker } from './evidence.ts'
import { unlessBlind } from './unless-blind.ts'

export const CENTRAL_DATABASES = ['OVN_Northbound', 'OVN_Southbound'] as const
export type CentralDatabase = (typeof CENTRAL_DATABASES)[number]

/** Every database that is surely looked at: filled while other things are waited for. `central`: the node with OVN's own. */
export const databasesOf = (nodes: string[], central: string): { node: string; database: DatabaseName }[] => [
  ...(nodes.includes(central)
    ? CENTRAL_DATABASES.map(database => ({ node: central, database: database as DatabaseName }))
    : []),
  ...nodes.map(node => ({ node, database: 'Open_vSwitch' as const })),
]

/** What of a lab leads to its central databases. */
interface Leads {
  readonly nodes: string[]
  central(): Promise<string>
  ovs(node: string): Promise<{ openVSwitch: OpenVSwitch }>
  kernel(node: string): Promise<KernelFacts>
}

/**
 * Finds the node one of OVN's central databases runs on. The southbound one is where the chassis are told to go
 * (`ovn-remote`, ovn-controller(8)), most of them first; where that leads to none of our nodes, it is the one that
 * knows a chassis of ours. The northbound one mostly runs beside it. A database that merely answers, left over from
 * earlier days, is neither.
 */
export async function findCentral(lab: Leads, looker: Looker, database: CentralDatabase): Promise<string> {
  const answers = (node: string) => looker.look({ look: 'database', node, database })
  if (database === 'OVN_Northbound') {
    const south = await lab.central()
    const order = [south, ...lab.nodes.filter(node => node !== south)]
    return (await firstThat(order, async node => Boolean(await answers(node)))) ?? south
  }
  const chassis = await Promise.all(lab.nodes.map(node => chassisOn(lab, node)))
  const meant = await Promise.all(chassis.map(({ node, remotes }) => nodesMeant(lab, node, remotes)))
  const votes = (node: string) => meant.filter(nodes => nodes.includes(node)).length
  const likely = [...lab.nodes].sort((one, other) => votes(other) - votes(one))
  let why: CannotLook | undefined
  const found = await firstThat(
    likely,
    async node => {
      const { Chassis: known = [] } = await answers(node)
      return votes(node) > 0 || chassis.some(({ id }) => known.some(({ name }) => name === id))
    },
    (node, reason) => {
      if (votes(node) > 0) why ??= reason
    },
  )
  if (found !== undefined) return found
  // The place the chassis go to did not answer; or it may be a node that did not.
  throw (
    why ??
    chassis.find(one => one.why)?.why ??
    nowhere([...new Set(chassis.flatMap(({ remotes }) => remotes))])
  )
}

/** The first node for which it is so; one that cannot be looked at is passed over. */
async function firstThat(
  nodes: string[],
  isSo: (node: string) => Promise<boolean>,
  onBlind: (node: string, why: CannotLook) => void = () => {},
): Promise<string | undefined> {
  for (const node of nodes) {
    try {
      if (await isSo(node)) return node
    } catch (thrown) {
      if (!(thrown instanceof CannotLook)) throw thrown
      onBlind(node, thrown)
    }
  }
  return undefined
}

/** The value of a chassis' own key, `ovn-remote-SYSTEMID`, counts before the common one. */
const remoteOf = ({ openVSwitch: { external_ids } }: { openVSwitch: OpenVSwitch }): string =>
  external_ids[`ovn-remote-${external_ids['system-id']}`] ?? external_ids['ovn-remote'] ?? ''

/** A chassis by its system-id, and the remotes it is told to go by; or why its node could not be looked at. */
async function chassisOn(
  lab: Leads,
  node: string,
): Promise<{ node: string; id?: string; remotes: string[]; why?: CannotLook }> {
  try {
    const ovs = await lab.ovs(node)
    const id = ovs.openVSwitch.external_ids['system-id']
    return { node, ...(id && { id }), remotes: remoteOf(ovs).split(',').filter(Boolean) }
  } catch (why) {
    if (why instanceof CannotLook) return { node, remotes: [], why }
    throw why
  }
}

/** The nodes that have the addresses a chassis is told to go to; a socket and a loopback address are its own. */
async function nodesMeant(lab: Leads, chassis: string, remotes: string[]): Promise<string[]> {
  const isOwn = (remote: string) =>
    remote.startsWith('unix:') || /^127\.|^::1$|^localhost$/.test(hostOf(remote))
  const far = remotes.filter(remote => !isOwn(remote)).map(hostOf)
  const own = remotes.some(isOwn) ? [chassis] : []
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
const hostOf = (remote: string): string =>
  /^\w+:(?:\[([^\]]+)\]|([^:]+))/.exec(remote)?.slice(1).find(Boolean) ?? ''

function nowhere(remotes: string[]): CannotLook {
  const [led, ledZh] =
    remotes.length === 0
      ? ['', '']
      : [`; its chassis go to ${remotes.join(', ')}`, `；它的 chassis 連到 ${remotes.join('、')}`]
  return new CannotLook(
    text(
      `no node of this lab runs OVN's southbound database${led}: name that machine in the inventory too`,
      `這個實驗環境裡沒有節點執行 OVN 的 southbound 資料庫${ledZh}：請把那台機器也寫進 inventory`,
    ),
  )
}
