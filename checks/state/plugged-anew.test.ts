import { expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { both, type Edit, named, ns1, solvedLab } from '../testing/solved-lab.ts'
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
