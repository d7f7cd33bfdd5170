import { expect, it } from 'vitest'
import { isChassis } from '../state/chassis.ts'
import { withLook } from '../testing/diagnostics.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'

const set =
  (node: 'controller' | 'hypervisor', key: string, value: string): Edit =>
  ({ ovs }) => {
    ovs[node].Open_vSwitch[0].external_ids[key] = value
  }
const says = (node: string, southbound: string) =>
  withLook({ look: 'daemon', node, daemon: 'ovn-controller' }, { southbound, status: '' })

it.each([
  [
    'tcp:192.168.33.10:6699,tcp:192.168.33.10:6642',
    ['192.168.33.10:6699'],
    'is connected to tcp:192.168.33.10:6699',
  ],
  ['tcp:192.168.33.10:6643', ['192.168.33.10:6643', '10.0.0.9:22'], 'is connected to tcp:192.168.33.10:6643'],
])('does not know whether a database behind another port is the one: %s', async (remote, peers, words) => {
  const told = withLook(
    { look: 'daemon', node: 'hypervisor', daemon: 'ovn-controller' },
    { southbound: 'connected', status: 'running', peers },
  )
  const lab = solvedLab(set('hypervisor', 'ovn-remote', remote), told)
  await expect(isChassis(lab, 'hypervisor')).rejects.toMatchObject({
    reason: { en: expect.stringContaining(words) },
  })
})

it('holds on controller, by its own socket too', async () => {
  const lab = solvedLab(
    set('controller', 'ovn-remote', 'unix:/run/ovn/ovnsb_db.sock'),
    says('controller', 'connected'),
  )
  await expect(isChassis(lab, 'controller')).resolves.toBeUndefined()
})
