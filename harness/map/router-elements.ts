import { joined, same, type Text, text } from '../core/text.ts'
import { routerOf } from '../look/joints.ts'
import type { Northbound, Southbound } from '../look/lab.ts'
import type { LogicalRouter, LogicalRouterPort } from '../ovsdb/tables.ts'
import { balancerFacts, balancersOf, policyFacts } from './logical-facts.ts'
import { type Drawn, freeId, rowDetail } from './model.ts'

/** Logical routers and their ports. `nodeOf`: a node by the name or UUID of its chassis. */
export function routerElements(
  north: Northbound,
  south: Southbound | undefined,
  nodeOf: ReadonlyMap<string, string>,
): Drawn {
  const drawn: Drawn = { elements: [], edges: [] }
  for (const router of north.routers) {
    const nats = north.nats.filter(({ _uuid }) => router.nat.includes(_uuid))
    const routes = north.staticRoutes.filter(({ _uuid }) => router.static_routes.includes(_uuid))
    drawn.elements.push({
      id: freeId(drawn.elements, `lr:${router.name}`),
      kind: 'router',
      name: router.name,
      facts: [
        ...nats.map(({ type, logical_ip, external_ip }) => same(`${type} ${logical_ip} ↔ ${external_ip}`)),
        ...routes.map(({ ip_prefix, nexthop }) =>
          text(`${ip_prefix} via ${nexthop}`, `${ip_prefix} 經由 ${nexthop}`),
        ),
        ...policyFacts(router),
        ...balancerFacts(north, router.load_balancer),
      ],
      ...(router.enabled[0] === false && { off: text('disabled', '停用') }),
      details: [
        rowDetail('OVN_Northbound · Logical_Router', router),
        ...nats.map(row => rowDetail('OVN_Northbound · NAT', row)),
        ...routes.map(row => rowDetail('OVN_Northbound · Logical_Router_Static_Route', row)),
        ...balancersOf(north, router.load_balancer),
      ],
    })
  }
  for (const port of north.routerPorts)
    addPort(drawn, port, routerOf(north.routers, port), north, south, nodeOf)
  for (const port of north.routerPorts) {
    const other = north.routerPorts.find(({ name }) => port.peer[0] === name)
    const [from, to] = [port, other].map(one =>
      drawn.elements.find(({ kind, name }) => kind === 'router-port' && name === one?.name),
    )
    if (from && to && from.id < to.id)
      drawn.edges.push({
        ...{ id: `peer:${from.id}>${to.id}`, kind: 'peer', from: from.id, to: to.id },
        rows: [from, to].flatMap(({ details }) => details[0]?.key ?? []),
      })
  }
  return drawn
}

function addPort(
  { elements }: Drawn,
  port: LogicalRouterPort,
  router: LogicalRouter | undefined,
  north: Northbound,
  south: Southbound | undefined,
  nodeOf: ReadonlyMap<string, string>,
): void {
  const inside = elements.find(({ kind, name }) => kind === 'router' && name === router?.name)?.id
  if (inside === undefined) return
  const gateways = [...north.gatewayChassis, ...north.haChassis].filter(({ _uuid }) =>
    chosenBy(port, north).includes(_uuid),
  )
  const bindings =
    south?.bindings.filter(({ logical_port }) => [port.name, `cr-${port.name}`].includes(logical_port)) ?? []
  const bound = bindings.find(({ type }) => type === 'chassisredirect')?.chassis[0]
  elements.push({
    id: freeId(elements, `lrp:${port.networks[0] ?? port.name}`),
    kind: 'router-port',
    name: port.name,
    inside,
    facts: [...port.networks.map(same), ...gatewayFacts(gateways, bound, nodeOf)],
    ...(port.enabled[0] === false && { off: text('disabled', '停用') }),
    ...(gateways.length > 0 &&
      south &&
      bound === undefined && {
        off: text('no chassis is the gateway now', '目前沒有 chassis 擔任閘道'),
      }),
    details: [
      rowDetail('OVN_Northbound · Logical_Router_Port', port, `Logical_Router_Port:${port._uuid}`),
      ...gateways.map(row => rowDetail('OVN_Northbound · Gateway_Chassis', row)),
      ...bindings.map(row => rowDetail('OVN_Southbound · Port_Binding', row)),
    ],
  })
}

const chosenBy = (
  { gateway_chassis, ha_chassis_group }: LogicalRouterPort,
  { haChassisGroups }: Northbound,
): string[] => [
  ...gateway_chassis,
  ...haChassisGroups
    .filter(({ _uuid }) => ha_chassis_group.includes(_uuid))
    .flatMap(({ ha_chassis }) => ha_chassis),
]

function gatewayFacts(
  gateways: { chassis_name: string; priority: number }[],
  bound: string | undefined,
  nodeOf: ReadonlyMap<string, string>,
): Text[] {
  if (gateways.length === 0) return []
  const names = [...gateways]
    .sort((one, other) => other.priority - one.priority)
    .map(({ chassis_name }) => nodeOf.get(chassis_name) ?? chassis_name)
  const now = bound === undefined ? undefined : (nodeOf.get(bound) ?? bound)
  const list = joined(names)
  return [
    text(`gateway ${list.en}`, `閘道 ${list['zh-TW']}`),
    ...(now !== undefined && now !== names[0] ? [text(`now ${now}`, `目前 ${now}`)] : []),
  ]
}
