import { expect, it } from 'vitest'
import type { Link, RouterSocket } from '../../harness/look/evidence.ts'
import { advertisedLab, type Edit, type Evidence, inet6 } from '../testing/advertised-lab.ts'
import { unmet } from '../testing/outcome.ts'

const ofNs1 = ({ kernel }: Evidence): Link[] => kernel.controller.netns.ns1!
const socket =
  (links: (evidence: Evidence) => Link[], more: Partial<RouterSocket>): Edit =>
  evidence =>
    void evidence.sockets.controller.push({ links: links(evidence), program: 'radvd', ...more })

it.each<[string, Edit[]]>([
  ['there is none', []],
  ['a namespace leads nowhere', [socket(() => [], { netns: 'other' })]],
  ['somebody only asks', [socket(ofNs1, { netns: 'ns1', program: 'dhcpcd' })]],
])('nobody advertises on the switch where %s', async (_, edits) => {
  await expect(inet6.hasNoAdvertiser()(advertisedLab(...edits))).resolves.toBeUndefined()
})

it('names the namespace in which a program advertises', async () => {
  const lab = advertisedLab(socket(ofNs1, { netns: 'ns1' }))
  expect((await unmet(inet6.hasNoAdvertiser()(lab))).where).toBe('controller · netns ns1')
})
