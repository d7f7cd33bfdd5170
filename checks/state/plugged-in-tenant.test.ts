import { expect, it } from 'vitest'
import { both, named, ns1, solvedLab } from '../testing/solved-lab.ts'
import { pluggedIn } from './plugged-in.ts'

it('holds beside a tenant whose ports have the same MAC addresses, and interfaces of their own', async () => {
  const lab = solvedLab(({ northbound, ovs }) => {
    const { Logical_Switch_Port: ports, Logical_Switch: switches } = northbound
    for (const name of ['ls0-ns1', 'ls0-ns2'])
      ports.unshift({ ...named(ports, name), _uuid: `b-${name}`, name: `b-${name}` })
    const theirs = ['b-ls0-ns1', 'b-ls0-ns2', named(ports, 'ls0-localnet')._uuid]
    switches.push({ ...named(switches, 'ls0'), name: 'b', ports: theirs })
    named(ovs.controller.Interface, 'br-int').external_ids['iface-id'] = 'b-ls0-ns1'
  })
  await expect(pluggedIn(lab, ns1, both)).resolves.toBeUndefined()
})
