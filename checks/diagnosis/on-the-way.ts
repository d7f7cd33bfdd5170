import { type Text, text } from '../../harness/core/text.ts'
import { chassisSetting, plugs } from '../../harness/look/integration-bridge.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { firstOf } from '../nouns/first-of.ts'
import { andThen } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import { silent } from './daemon.ts'
import { keptInBridge } from './underlay-bridge.ts'

/** The address of the southbound database that a node connects to. */
export const remoteOf = async (lab: Lab, node: string) =>
  /^tcp:([\d.]+):(\d+)/.exec(chassisSetting(await lab.ovs(node), 'ovn-remote') ?? '')

export const isNotConnected = (node: string): Text =>
  text(
    `ovn-controller of ${node} is not connected to the southbound database`,
    `${node} 的 ovn-controller 沒有連上 southbound 資料庫`,
  )

/** The links by which this node, and the one with the database, are to send to each other. */
async function waysToDatabase(lab: Lab, node: string): Promise<{ at: string; device: string }[]> {
  const central = await lab.central()
  const address = (await remoteOf(lab, node))?.[1]
  if (address === undefined || central === node) return []
  const [route] = (await unlessBlind(lab.routes(node, undefined, [{ to: address }]))) ?? []
  const there = (await unlessBlind(lab.kernel(central)))?.links.find(({ addresses }) =>
    addresses.some(own => own.address === address),
  )
  return [
    { at: node, device: route?.device },
    { at: central, device: there?.name },
  ].flatMap(({ at, device }) => (device === undefined ? [] : [{ at, device }]))
}

/** A bridge of Open vSwitch by which they are to send, and which does not pass it on. */
export async function keptOnTheWay(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const found = await firstOf(await waysToDatabase(lab, node), ({ at, device }) =>
    keptInBridge(lab, at, device),
  )
  return found && { ...found, saw: andThen(isNotConnected(node), found.saw) }
}

/** The same, where the program that is to pass it on hangs: it is there, and says nothing to anybody. */
export async function hangsOnTheWay(lab: Lab, node: string): Promise<BrokenLink | undefined> {
  const found = await firstOf(await waysToDatabase(lab, node), async ({ at, device }) =>
    plugs(await lab.ovs(at)).some(({ iface }) => iface.name === device)
      ? silent(lab, at, 'ovs-vswitchd')
      : undefined,
  )
  return found && { ...found, saw: andThen(found.saw, isNotConnected(node)) }
}
