import type { Link, NetworkStack } from '../../harness/look/evidence.ts'
import { quietStack, withLook, withStack } from './diagnostics.ts'
import { type Edit, innerLink, ns1, ns2 } from './solved-lab.ts'

/** What the stack of ns2 says where it is asked for its way to ns1. */
export const ns2Does = (about: Partial<NetworkStack>): Edit =>
  withStack('hypervisor', 'ns2', [ns2.address, ns1.address], about)

/** What hooks in at links is asked for by itself. */
export const atLinks = (netns: string | undefined, about: Partial<NetworkStack>): Edit =>
  withLook(
    { look: 'stack', node: 'hypervisor', ...(netns !== undefined && { netns }), routes: [] },
    { ...quietStack, ...about },
  )

/** Another eth0 in ns2. */
export const eth0 =
  (change: Partial<Link>): Edit =>
  evidence =>
    void Object.assign(innerLink(evidence, ns2), change)
/** eth0 is put under an interface of its namespace. */
export const mastered =
  (kind: string): Edit =>
  evidence => {
    const link = innerLink(evidence, ns2)
    link.master = 'cbr0'
    evidence.kernel.hypervisor.netns[ns2.netns!]!.push({
      ...link,
      name: 'cbr0',
      index: 99,
      kind,
      addresses: [],
    })
  }
