import { expect, it } from 'vitest'
import { restoreLine } from './again.ts'

it('restores a checkpoint on the machines that it was saved from', () => {
  expect(restoreLine('mine', {})).toBe('npx ovn-lab checkpoint restore mine')
  expect(restoreLine('mine', { lab: 'alice' })).toBe('npx ovn-lab checkpoint restore mine --lab alice')
  expect(restoreLine('mine', { inventory: 'lab.yaml' })).toBe(
    'npx ovn-lab checkpoint restore mine --inventory lab.yaml',
  )
})
