import { expect, it } from 'vitest'
import { withLook } from '../testing/diagnostics.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { northdIdle } from './northd.ts'

const says = (node: string, status: string): Edit =>
  withLook({ look: 'daemon', node, daemon: 'ovn-northd' }, { southbound: 'connected', status })

it('names an active ovn-northd that is not connected to the northbound database', async () => {
  const facts = { southbound: 'connected', status: 'active' }
  const found = (northbound?: string) =>
    northdIdle(
      solvedLab(
        withLook(
          { look: 'daemon', node: 'controller', daemon: 'ovn-northd' },
          { ...facts, ...(northbound && { northbound }) },
        ),
      ),
    )
  expect((await found('not connected'))?.saw.en).toMatch(/not connected to the northbound database/)
  expect(await found('connected')).toBeUndefined()
  expect(await found()).toBeUndefined()
})

it('names an ovn-northd that stands by, unless another node has the one that is active', async () => {
  const found = (...edits: Edit[]) => northdIdle(solvedLab(says('controller', 'standby'), ...edits))
  expect(await found()).toMatchObject({ where: 'controller · ovn-northd', cause: 'northd-standby' })
  expect(await found(says('hypervisor', 'standby'))).toMatchObject({ cause: 'northd-standby' })
  expect(await found(says('hypervisor', 'active'))).toBeUndefined()
})
