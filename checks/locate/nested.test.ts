import { describe, expect, it } from 'vitest'
import { journeyFor } from '../route/ends.ts'
import type { End, Journey } from '../route/hop.ts'
import { type Edit, named, solvedLab } from '../testing/solved-lab.ts'
import { nestedApart } from './nested.ts'

/** ls0-ns1 is nested in another port, whose interface is `cable`, under VLAN 10. */
const nested =
  (change: (rows: { child: Record<string, unknown> }) => void = () => undefined): Edit =>
  ({ northbound }) => {
    const { Logical_Switch_Port: ports, Logical_Switch: switches } = northbound
    const child = named(ports, 'ls0-ns1')
    const parent = { ...child, _uuid: 'parent', name: 'vm', addresses: ['02:00:00:00:00:77'] }
    ports.push(parent)
    switches[0]!.ports.push('parent')
    Object.assign(child, { parent_name: ['vm'], tag: [10] })
    change({ child: child as unknown as Record<string, unknown> })
  }

/** A VM has the link of ns1, whose VLAN 10 is in a namespace. */
const inVm: Edit = ({ ovs }) => {
  named(ovs.controller.Interface, 'veth-ns1-br').external_ids['iface-id'] = 'vm'
}

/** A bridge holds the link of ns1 in a VLAN, and a patch port leads to the port. */
const trunk =
  (vlan: number): Edit =>
  ({ ovs }) => {
    const { Interface, Port, Bridge } = ovs.controller
    const [iface, port] = [named(Interface, 'veth-ns1-br'), named(Port, 'veth-ns1-br')]
    const { 'iface-id': _, ...ids } = iface.external_ids
    Interface.push({
      ...{ ...iface, _uuid: 'i', name: 'to-trunk', type: 'patch', options: { peer: 'to-int' } },
      external_ids: { ...ids, 'iface-id': 'vm' },
    })
    iface.external_ids = ids
    Port.push({ ...port, _uuid: 'p', name: 'to-trunk', interfaces: ['i'] })
    port.tag = [vlan]
    const integration = named(Bridge, 'br-int')
    integration.ports = [...integration.ports.filter(uuid => uuid !== port._uuid), 'p']
    Bridge.push({ ...integration, _uuid: 'b', name: 'br-trunk', ports: [port._uuid] })
  }

const endIn = async (...edits: Edit[]): Promise<End> => {
  const journey = (await journeyFor(solvedLab(...edits), { from: 'ns2', to: 'ns1' })) as Journey
  return journey.to as End
}

describe('a port that is nested in another one', () => {
  it('is the end of a namespace with its MAC address, by the interface of the other one', async () => {
    expect(await endIn(nested(), inVm)).toMatchObject({
      logicalPort: 'ls0-ns1',
      plug: 'veth-ns1-br',
      isTagged: true,
    })
  })

  it('is listened to at its own cable, not at a patch port', async () => {
    expect(await endIn(nested(), trunk(10))).toMatchObject({
      logicalPort: 'ls0-ns1',
      plug: 'veth-ns1-br',
      claimedBy: 'to-trunk',
    })
  })

  const apart = async (...edits: Edit[]) =>
    (await nestedApart(solvedLab(...edits), await endIn(...edits)))?.where.split(' · ').at(-1)

  it('is cut off by another VLAN, and by a parent that is not there', async () => {
    expect(await apart(nested(), trunk(12))).toBe('tag')
    const lost = nested(({ child }) => Object.assign(child, { parent_name: ['nobody'] }))
    expect(await apart(lost, trunk(10))).toBe('parent_name')
    const elsewhere: Edit = ({ ovs }) => {
      Reflect.deleteProperty(named(ovs.controller.Interface, 'to-trunk').external_ids, 'iface-id')
    }
    expect(await apart(nested(), trunk(10), elsewhere)).toBe('parent_name')
  })

  it('is not cut off where all is as it should be', async () => {
    expect(await apart(nested(), trunk(10))).toBeUndefined()
    expect(await apart(nested(), inVm)).toBeUndefined()
  })
})
