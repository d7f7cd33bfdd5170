import { Unmet } from '../harness/judge/errors.ts'
import type { Lab } from '../harness/look/lab.ts'
import type { LogicalSwitchPort } from '../harness/ovsdb/tables.ts'
import { text } from '../harness/say/text.ts'
import { type Endpoint, linkOf } from './endpoint.ts'
import { list, on, quoted } from './phrases.ts'

/** MAC addresses a Logical_Switch_Port declares: the first word of each `addresses` element (ovn-nb(5)). */
const macsOf = (port: LogicalSwitchPort) => port.addresses.map(words => words.split(/\s+/)[0]!.toLowerCase())

/** Ports for a virtual machine's interface (type empty) that declare the endpoint's MAC. */
export async function portsOf(lab: Lab, endpoint: Endpoint): Promise<LogicalSwitchPort[]> {
  const [link, { ports }] = await Promise.all([linkOf(lab, endpoint), lab.northbound()])
  return ports.filter(
    port => port.type === '' && link !== undefined && macsOf(port).includes(link.mac.toLowerCase()),
  )
}

/** A logical switch port declares the MAC of the endpoint's link. */
export async function hasSwitchPort(lab: Lab, endpoint: Endpoint): Promise<void> {
  if ((await portsOf(lab, endpoint)).length > 0) return
  const [link, { ports }] = await Promise.all([linkOf(lab, endpoint), lab.northbound()])
  const seen = list(
    ports.filter(port => port.type === '').map(port => `${port.name} ${quoted(port.addresses.join(' '))}`),
  )
  throw new Unmet({
    expected: text(
      `a Logical_Switch_Port whose addresses have ${link?.mac ?? 'its MAC'}, the MAC of ${endpoint.netns}`,
      `有一個 Logical_Switch_Port 的 addresses 包含 ${endpoint.netns} 的 MAC 位址 ${link?.mac ?? ''}`,
    ),
    saw: text(`ports and their addresses: ${seen.en}`, `現有的埠與位址：${seen['zh-TW']}`),
    where: 'controller · OVN_Northbound · Logical_Switch_Port · addresses',
    tryThis: on('controller', 'sudo ovn-nbctl show'),
  })
}
