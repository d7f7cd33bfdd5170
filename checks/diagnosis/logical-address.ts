import { text } from '../../harness/say/text.ts'
import { sharedSwitch } from '../one-switch.ts'
import { on } from '../phrases.ts'
import { firstOf, type Suspect } from './path.ts'

/** A port of an OVN router on the switch has an address of the path: OVN itself answers for it (ovn-nb(5), networks). */
export const routerHasAddress: Suspect = async (lab, path) => {
  const [shared, { ports, routerPorts }] = await Promise.all([
    sharedSwitch(lab, path.endpoints),
    lab.northbound(),
  ])
  const joined = ports
    .filter(({ _uuid, type }) => type === 'router' && shared?.logicalSwitch.ports.includes(_uuid))
    .map(({ options }) => options['router-port'])
  return firstOf([path.address, path.from.address], address => {
    const router = routerPorts.find(
      ({ name, networks }) =>
        joined.includes(name) && networks.some(network => network.split('/')[0] === address),
    )
    if (!router) return undefined
    return {
      where: 'controller · OVN_Northbound · Logical_Router_Port · networks',
      saw: text(
        `the router port ${router.name} on this switch has the address ${address} as well, so OVN answers for it`,
        `這個 switch 上的 router port ${router.name} 也有位址 ${address}，所以 OVN 會自己回應`,
      ),
      tryThis: on('controller', 'sudo ovn-nbctl list Logical_Router_Port'),
      cause: 'router-has-address',
    }
  })
}

/** A load balancer of the switch takes what is sent to an address of the path (ovn-nb(5), Load_Balancer.vips). */
export const loadBalanced: Suspect = async (lab, path) => {
  const [shared, { loadBalancers }] = await Promise.all([sharedSwitch(lab, path.endpoints), lab.northbound()])
  const own = loadBalancers.filter(({ _uuid }) => shared?.logicalSwitch.load_balancer.includes(_uuid))
  return firstOf([path.address, path.from.address], address => {
    const taken = own.find(({ vips }) => address in vips)
    if (!taken) return undefined
    return {
      where: 'controller · OVN_Northbound · Load_Balancer · vips',
      saw: text(
        `the load balancer ${taken.name} takes what is sent to ${address} and sends it to ${taken.vips[address]}`,
        `load balancer ${taken.name} 會把送往 ${address} 的封包轉給 ${taken.vips[address]}`,
      ),
      tryThis: on('controller', 'sudo ovn-nbctl lb-list'),
      cause: 'load-balancer',
    }
  })
}
