import { describe, expect, it } from 'vitest'
import { withLook } from '../testing/diagnostics.ts'
import { unmet } from '../testing/outcome.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { runs } from './runs.ts'

const without =
  (daemon: string): Edit =>
  ({ kernel }) => {
    kernel.hypervisor.daemons = kernel.hypervisor.daemons.filter(name => name !== daemon)
  }

describe('runs', () => {
  it('holds where the daemon runs', async () => {
    await expect(runs(solvedLab(), 'controller', 'ovn-northd')).resolves.toBeUndefined()
  })

  it('tells a daemon that was told to stop from one that is not there', async () => {
    const lab = solvedLab(without('ovn-controller'), ({ kernel }) => {
      kernel.hypervisor.paused = ['ovn-controller']
    })
    expect(await unmet(runs(lab, 'hypervisor', 'ovn-controller'))).toMatchObject({
      saw: {
        en: 'ovn-controller on hypervisor is paused (SIGSTOP, or a frozen cgroup): the process exists, but does nothing',
      },
      where: 'hypervisor · ovn-controller',
    })
  })

  it('names the node and the daemon where it does not', async () => {
    expect(await unmet(runs(solvedLab(without('ovn-controller')), 'hypervisor', 'ovn-controller'))).toEqual({
      expected: {
        en: 'ovn-controller runs on hypervisor',
        'zh-TW': 'hypervisor 上的 ovn-controller 正在執行',
      },
      saw: {
        en: 'ovn-controller does not run on hypervisor',
        'zh-TW': 'hypervisor 上沒有執行 ovn-controller',
      },
      where: 'hypervisor · ovn-controller',
      tryThis: 'systemctl status ovn-controller   # on hypervisor',
    })
  })

  it('does not hold for an ovn-northd that waits for one that is paused', async () => {
    const second =
      (paused: string[], status: string): Edit =>
      evidence => {
        evidence.kernel.hypervisor.paused = paused
        withLook(
          { look: 'daemon', node: 'controller', daemon: 'ovn-northd' },
          { southbound: 'connected', status },
        )(evidence)
      }
    const northd = (...edits: Edit[]) => runs(solvedLab(...edits), 'controller', 'ovn-northd')
    expect((await unmet(northd(second(['ovn-northd'], 'standby')))).where).toBe('hypervisor · ovn-northd')
    await expect(northd(second([], 'standby'))).resolves.toBeUndefined()
    await expect(northd(second(['ovn-northd'], 'active'))).resolves.toBeUndefined()
  })
})
