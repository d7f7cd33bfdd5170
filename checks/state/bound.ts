import { Unmet } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import type { PortBinding } from '../../harness/ovsdb/tables.ts'
import {
  boundOtherwise,
  claimedTwice,
  nestedInOther,
  notClaimed,
  requestedElsewhere,
} from '../diagnosis/binding.ts'
import { controllerPaused, notConnected, refusesOpenFlow } from '../diagnosis/connection.ts'
import { tableFull } from '../diagnosis/flow-limit.ts'
import { waitsToClear } from '../diagnosis/waits-to-clear.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { list } from '../nouns/phrases.ts'
import { plugsOf } from '../nouns/plug-of.ts'
import { daemonState } from './daemon-state.ts'
import { ownPorts } from './one-switch.ts'

/**
 * The southbound database binds the endpoint's port to the chassis that its node is (ovn-sb(5), Port_Binding.chassis),
 * and that chassis has said that the port works (up; older releases do not say).
 */
export async function boundToItsChassis(lab: Lab, endpoint: Endpoint, all: Endpoint[]): Promise<void> {
  const { node } = endpoint
  const [ports, { bindings, chassis }, { openVSwitch }, own] = await Promise.all([
    ownPorts(lab, endpoint, all),
    lab.southbound(),
    lab.ovs(node),
    plugsOf(lab, endpoint),
  ])
  const ours = chassis.find(row => row.name === openVSwitch.external_ids['system-id'])
  const rows = bindings.filter(row => ports.some(port => port.name === row.logical_port))
  const bound = ours && rows.filter(row => row.chassis.includes(ours._uuid))
  const isBound = bound?.some(isUp) ?? false
  // Two chassis that claim one port take it from each other: it only looks bound at this moment.
  const twice = nestedInOther(ports) ?? (await claimedTwice(lab, endpoint, ports, { own, isBound }))
  if (!twice && isBound) return
  const controller = await daemonState(lab, node, 'ovn-controller')
  const holders = rows.map(row => {
    const holder = chassis.find(candidate => row.chassis.includes(candidate._uuid))
    return `${row.logical_port} → ${holder?.hostname ?? '(no chassis)'}${isUp(row) ? '' : ', up=false'}`
  })
  const names = list(ports.map(port => port.name))
  throw new Unmet({
    expected: text(
      `${names.en} bound to the chassis ${node}`,
      `${names['zh-TW']} 綁定在 ${node} 這個 chassis 上`,
    ),
    saw: ours
      ? text(`${list(holders).en}; ${controller.en}`, `${list(holders)['zh-TW']}；${controller['zh-TW']}`)
      : text(
          `${node} is not registered as a chassis; ${controller.en}`,
          `${node} 沒有註冊為 chassis；${controller['zh-TW']}`,
        ),
    where: `OVN_Southbound · Port_Binding · ${bound?.length ? 'up' : 'chassis'}`,
    tryThis: 'sudo ovn-sbctl show',
    ...(twice ??
      (await requestedElsewhere(lab, endpoint, ports)) ??
      (await boundOtherwise(lab, endpoint, ports)) ??
      (await notConnected(lab, node)) ??
      (await controllerPaused(lab, node, list(holders))) ??
      // It claims a port all the same, and has only not made what the port needs to work.
      (bound?.length ? await unlessBlind(waitsToClear(lab, node, list(holders))) : undefined) ??
      (await refusesOpenFlow(lab, node)) ??
      (await tableFull(lab, node)) ??
      (rows.every(row => row.chassis.length === 0) && rows.length > 0
        ? await notClaimed(lab, endpoint, ports, own)
        : undefined)),
  })
}

/** Whether nothing says that it is down, though it is bound. */
const isUp = ({ chassis, up }: PortBinding) => chassis.length === 0 || up[0] !== false
