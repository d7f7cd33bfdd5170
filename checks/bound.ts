import { Unmet } from '../harness/judge/errors.ts'
import type { Lab } from '../harness/look/lab.ts'
import { text } from '../harness/say/text.ts'
import { daemonState } from './daemon-state.ts'
import { boundOtherwise, claimedTwice, notConnected, requestedElsewhere } from './diagnosis/binding.ts'
import type { Endpoint } from './endpoint.ts'
import { ownPorts } from './one-switch.ts'
import { list, on } from './phrases.ts'

/** The southbound database binds the endpoint's port to the chassis that its node is (ovn-sb(5), Port_Binding.chassis). */
export async function boundToItsChassis(lab: Lab, endpoint: Endpoint, all: Endpoint[]): Promise<void> {
  const [ports, { bindings, chassis }, { root }] = await Promise.all([
    ownPorts(lab, endpoint, all),
    lab.southbound(),
    lab.ovs(endpoint.node),
  ])
  const own = chassis.find(row => row.name === root.external_ids['system-id'])
  const rows = bindings.filter(row => ports.some(port => port.name === row.logical_port))
  // Two chassis that claim one port take it from each other: it only looks bound at this moment.
  const twice = await claimedTwice(lab, endpoint, ports)
  if (!twice && own && rows.some(row => row.chassis.includes(own._uuid))) return
  const controller = await daemonState(lab, endpoint.node, 'ovn-controller')
  const holders = rows.map(row => {
    const holder = chassis.find(candidate => row.chassis.includes(candidate._uuid))
    return `${row.logical_port} → ${holder?.hostname ?? '(no chassis)'}`
  })
  const names = list(ports.map(port => port.name))
  throw new Unmet({
    expected: text(
      `${names.en} bound to the chassis ${endpoint.node}`,
      `${names['zh-TW']} 綁定在 ${endpoint.node} 這個 chassis 上`,
    ),
    saw: own
      ? text(`${list(holders).en}; ${controller.en}`, `${list(holders)['zh-TW']}；${controller['zh-TW']}`)
      : text(
          `${endpoint.node} is not registered as a chassis; ${controller.en}`,
          `${endpoint.node} 沒有註冊為 chassis；${controller['zh-TW']}`,
        ),
    where: 'controller · OVN_Southbound · Port_Binding · chassis',
    tryThis: on('controller', 'sudo ovn-sbctl show'),
    ...(twice ??
      (await requestedElsewhere(lab, endpoint, ports)) ??
      (await boundOtherwise(lab, endpoint, ports)) ??
      (await notConnected(lab, endpoint))),
  })
}
