import { expect, it } from 'vitest'
import { gatewayLab, ns1, OUTER } from '../testing/gateway-lab.ts'
import type { End } from './hop.ts'
import { outwardOf, outwardRoute } from './outward.ts'
import type { Post } from './route.ts'
import { echoStations } from './stations.ts'

const BEYOND = '203.0.113.10'
const OTHER = '192.168.100.50'
const end: End = {
  ...{ ...ns1, device: 'eth0', mac: '02:00:00:00:00:01', plug: 'veth-ns1-br', logicalPort: 'ls0-ns1' },
  speaksBy: [ns1.address, OTHER],
}
const exit: Post = { id: 'exit', kind: 'exit', node: 'hypervisor', links: ['eth2'], underlay: ['eth1'] }

it.each([ns1.address, OTHER])(
  'leaves OVN under the address of the router, also where it speaks by %s',
  async address => {
    const outward = await outwardOf(gatewayLab(), end, BEYOND)
    const route = outwardRoute(end, BEYOND, outward!, { exit, tunnels: [] })
    const spoken = { ...route, from: { ...route.from, address } }
    const sources = echoStations(spoken, { pings: [], captures: [] } as never, '').map(({ wanted }) => [
      wanted.source,
      wanted.destination,
    ])
    expect(sources).toEqual([
      [address, BEYOND],
      [OUTER, BEYOND],
      [BEYOND, OUTER],
      [BEYOND, address],
    ])
  },
)

const spread = ({ NAT }: Parameters<NonNullable<Parameters<typeof gatewayLab>[0]>>[0]['northbound']) => {
  const floating = NAT.find(({ type }) => type === 'dnat')!
  floating.type = 'dnat_and_snat'
  floating.logical_port = ['ls0-ns1']
  floating.external_mac = ['02:00:00:00:00:40']
}

it('leaves on the node of a router that is all on one chassis, whatever NAT says', async () => {
  const lab = gatewayLab(({ northbound, southbound }) => {
    spread(northbound)
    const binding = southbound.Port_Binding.find(({ type }) => type === 'chassisredirect')!
    binding.type = 'l3gateway'
    binding.logical_port = binding.options['distributed-port']!
  })
  expect(await outwardOf(lab, end, BEYOND)).toMatchObject({ outer: { node: 'hypervisor' } })
})

it('leaves on its own node, under a MAC of its own, where NAT is distributed', async () => {
  const outward = await outwardOf(
    gatewayLab(({ northbound }) => spread(northbound)),
    end,
    BEYOND,
  )
  expect(outward).toMatchObject({
    mac: '02:00:00:00:00:40',
    isDistributed: true,
    outer: { node: 'controller' },
  })
  expect(await outwardOf(gatewayLab(), end, BEYOND)).toMatchObject({ outer: { node: 'hypervisor' } })
})
