import { expect, it } from 'vitest'
import { named, solvedLab } from '../testing/solved-lab.ts'
import { bears, linksIn } from './end.ts'

it('finds who has a MAC address, and takes the zeros of lo for none', async () => {
  const facts = await solvedLab().kernel('controller')
  const all = linksIn('controller', facts)
  const { mac } = named(facts.links, 'eth1')
  expect(all.filter(one => bears(one, mac.toLowerCase())).map(({ link }) => link.name)).toContain('eth1')
  const zeros = named(facts.links, 'lo').mac
  expect(zeros).toBe('00:00:00:00:00:00')
  expect(all.filter(one => bears(one, zeros))).toEqual([])
})
