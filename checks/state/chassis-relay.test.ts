import { expect, it } from 'vitest'
import { blind } from '../testing/outcome.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { isChassis } from './chassis.ts'

/** ovn-controller of hypervisor is connected to a program of hypervisor itself, which is connected to a database on controller. */
const relayed =
  (port: number): Edit =>
  ({ ovs, diagnostics }) => {
    ovs.hypervisor.Open_vSwitch[0].external_ids['ovn-remote'] = 'tcp:127.0.0.1:16642'
    diagnostics.push({
      request: { look: 'daemon', node: 'hypervisor', daemon: 'ovn-controller' },
      evidence: {
        southbound: 'connected',
        status: '',
        peers: ['127.0.0.1:16642', '192.168.33.10:6642'],
        relays: [`127.0.0.1:16642>192.168.33.10:${port}`],
      },
    })
  }

it('a node by a relay of the southbound database is a chassis', async () => {
  await expect(isChassis(solvedLab(relayed(6642)), 'hypervisor')).resolves.toBeUndefined()
})

it('is unknown where what ovn-controller is connected to is not seen to be a relay', async () => {
  const { reason } = await blind(isChassis(solvedLab(relayed(6641)), 'hypervisor'))
  expect(reason.en).toContain('or a copy of it that nobody writes to')
})
