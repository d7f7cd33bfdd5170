import { expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { both, type Edit, named, ns1, ns2, solvedLab } from '../testing/solved-lab.ts'
import { pluggedIn } from './plugged-in.ts'

/** The cable of ns1 was made anew under another name; br-int keeps the port of the old one. */
const anew: Edit = ({ kernel: { controller }, ovs }) => {
  const outer = named(controller.links, 'veth-ns1-br')
  const { master: _, ...link } = outer
  controller.links = controller.links.map(one => (one === outer ? { ...link, name: 'veth1' } : one))
  named(ovs.controller.Interface, 'veth-ns1-br').mac_in_use = []
}

it('tells the port of a link that is gone from the link that is there now', async () => {
  expect(await unmet(pluggedIn(solvedLab(anew), ns1, both))).toMatchObject({
    where: 'controller · Open_vSwitch · Bridge · ports',
    saw: {
      en: 'br-int still has veth-ns1-br with this iface-id, an interface that is not there any more; veth1 is in no bridge',
    },
  })
})

it('tells one that was renamed', async () => {
  const renamed: Edit = evidence => {
    anew(evidence)
    const { mac } = named(evidence.kernel.controller.links, 'veth1')
    named(evidence.ovs.controller.Interface, 'veth-ns1-br').mac_in_use = [mac]
  }
  expect(await unmet(pluggedIn(solvedLab(renamed), ns1, both))).toMatchObject({
    where: 'controller · veth1',
  })
})

it('names the one that is plugged into another switch with ports of the same MACs than the first is', async () => {
  const twice: Edit = ({ northbound, ovs }) => {
    const { Logical_Switch: switches, Logical_Switch_Port: rows } = northbound
    const copies = rows.map(row => ({
      ...row,
      _uuid: `${row._uuid}-2`,
      name: row.name.replace('ls0', 'net1'),
    }))
    switches.unshift({
      ...switches[0]!,
      _uuid: 'net1',
      name: 'net1',
      ports: copies.map(({ _uuid }) => _uuid),
    })
    rows.push(...copies)
    named(ovs.hypervisor.Interface, 'veth-ns2-br').external_ids['iface-id'] = 'net1-ns2'
  }
  await expect(pluggedIn(solvedLab(twice), ns1, both)).resolves.toBeUndefined()
  expect(await unmet(pluggedIn(solvedLab(twice), ns2, both))).toMatchObject({
    where: 'hypervisor · Open_vSwitch · Interface · external_ids:iface-id',
    expected: { en: 'veth-ns2-br in br-int with external_ids:iface-id "ls0-ns2"' },
  })
})
