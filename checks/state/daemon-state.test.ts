import { describe, expect, it } from 'vitest'
import { blind, unmet } from '../testing/outcome.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { isChassis } from './chassis.ts'
import { runs } from './runs.ts'

describe('a daemon that is there, but does not say a word', () => {
  const mute: Edit = ({ kernel }) => {
    for (const facts of Object.values(kernel)) {
      delete facts.answers
      delete facts.datapath
    }
  }

  it('is unknown', async () => {
    expect(await blind(runs(solvedLab(mute), 'controller', 'ovn-northd'))).toEqual({
      reason: {
        en: 'ovn-northd is a running process on controller, but does not answer',
        'zh-TW': 'controller 上看得到 ovn-northd 的程序，但它沒有回應',
      },
      where: 'controller · ovn-northd',
      help: 'sudo ovn-appctl -t ovn-northd version   # on controller',
    })
    expect(await blind(isChassis(solvedLab(mute), 'hypervisor'))).toMatchObject({
      where: 'hypervisor · ovs-vswitchd',
    })
  })
})

it('names the databases of a chassis’ own node that are in a network namespace of their own', async () => {
  const lab = solvedLab(({ kernel }) =>
    Object.assign(kernel.controller, {
      elsewhere: ['ovsdb-server'],
      answers: { 'ovn-controller': { southbound: 'not connected', status: '' } },
    }),
  )
  expect(await unmet(isChassis(lab, 'controller'))).toMatchObject({ where: 'controller · ovsdb-server' })
})
