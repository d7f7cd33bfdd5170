import { expect, it } from 'vitest'
import { withLook } from '../testing/diagnostics.ts'
import { solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { waitsToClear } from './waits-to-clear.ts'

const found = (milliseconds: string | undefined, runsSeconds?: number) => {
  const said = {
    southbound: 'connected',
    status: 'running',
    ...(runsSeconds !== undefined && { runsSeconds }),
  }
  return waitsToClear(
    solvedLab(
      ({ ovs }) => {
        const { external_ids } = ovs.hypervisor.Open_vSwitch[0]!
        if (milliseconds !== undefined) external_ids['ovn-ofctrl-wait-before-clear'] = milliseconds
      },
      withLook({ look: 'daemon', node: 'hypervisor', daemon: 'ovn-controller' }, said),
    ),
    'hypervisor',
  )
}

it('tells that ovn-controller was told to wait before it creates flows, and still does', async () => {
  expect(told(await found('3600000', 12))).toMatch(
    /^hypervisor · Open_vSwitch · Open_vSwitch · external_ids:ovn-ofctrl-wait-before-clear: .* for 3600 s after its start, of which 12 have passed/,
  )
})

it.each([
  ['nobody told it', undefined, 1],
  ['that is over', '8000', 8],
  ['nobody knows since when it runs', '8000', undefined],
  ['it is no number', 'long', 1],
] as const)('is no reason where %s', async (_, milliseconds, runs) => {
  expect(await found(milliseconds, runs)).toBeUndefined()
})
