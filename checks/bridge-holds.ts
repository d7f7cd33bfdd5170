import { Unmet } from '../harness/judge/errors.ts'
import type { Link } from '../harness/look/evidence.ts'
import type { Lab } from '../harness/look/lab.ts'
import type { Bridge } from '../harness/ovsdb/tables.ts'
import { type Text, text } from '../harness/say/text.ts'
import type { Cause } from './diagnosis/cause.ts'
import { integrationBridgeName, type Plug, plugs } from './integration-bridge.ts'
import { inNoBridge, list, on } from './phrases.ts'

/** The bridge of a node that holds a physical link, whatever its name; undefined where none does. */
export async function bridgeOf(lab: Lab, node: string, linkName: string): Promise<Bridge | undefined> {
  return plugs(await lab.ovs(node)).find(({ iface }) => iface.name === linkName)?.bridge
}

/** A bridge other than the integration bridge holds the physical link, which is up and has no address of its own. */
export async function bridgeHolds(lab: Lab, node: string, linkName: string): Promise<void> {
  const [ovs, { links }] = await Promise.all([lab.ovs(node), lab.kernel(node)])
  const integration = integrationBridgeName(ovs)
  const plug = plugs(ovs).find(({ iface }) => iface.name === linkName)
  const link = links.find(({ name }) => name === linkName)
  const problem = whatIsWrong(linkName, plug, link, integration)
  if (!problem) return
  throw new Unmet({
    expected: text(
      `${linkName}, up and without an address, in a bridge other than ${integration}`,
      `${linkName} 已啟用、沒有位址，而且在 ${integration} 以外的 bridge 裡`,
    ),
    saw: problem.saw,
    where: `${node} · ${problem.where}`,
    tryThis: on(node, problem.tryThis),
    cause: problem.cause,
  })
}

interface Problem {
  saw: Text
  where: string
  tryThis: string
  cause?: Cause
}

function whatIsWrong(
  linkName: string,
  plug: Plug | undefined,
  link: Link | undefined,
  integration: string,
): Problem | undefined {
  const inDatabase = { where: 'Open_vSwitch · Bridge · ports', tryThis: 'sudo ovs-vsctl show' }
  const inKernel = { where: linkName, tryThis: `ip -br address show ${linkName}` }
  if (!link)
    return { saw: text(`no link ${linkName} on this node`, `這個節點上沒有介面 ${linkName}`), ...inKernel }
  if (!plug) return { saw: inNoBridge(linkName, link.master), ...inDatabase }
  if (plug.bridge.name === integration)
    return {
      saw: text(`${linkName} is in ${integration} itself`, `${linkName} 直接放在 ${integration} 裡`),
      ...inDatabase,
      cause: 'link-in-integration-bridge',
    }
  const [error] = plug.iface.error
  if (error)
    return {
      saw: text(`Open vSwitch cannot use it: ${error}`, `Open vSwitch 無法使用它：${error}`),
      where: 'Open_vSwitch · Interface · error',
      tryThis: 'sudo ovs-vsctl show',
    }
  if (!link.isUp)
    return {
      saw: text(`${linkName} is down`, `${linkName} 沒有啟用（DOWN）`),
      ...inKernel,
      cause: 'link-down',
    }
  const own = link.addresses.filter(({ family }) => family === 'inet')
  if (own.length > 0) {
    const seen = list(own.map(({ address, prefixLength }) => `${address}/${prefixLength}`))
    return {
      saw: text(`${linkName} carries ${seen.en}`, `${linkName} 上有位址 ${seen['zh-TW']}`),
      ...inKernel,
      cause: 'link-addressed',
    }
  }
  return undefined
}
