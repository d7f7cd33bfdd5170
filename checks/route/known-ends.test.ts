import { describe, expect, it } from 'vitest'
import { bridged, type Edit, linkIn, ns1 } from '../testing/bridged-lab.ts'
import { journeyFor } from './ends.ts'
import type { Journey } from './hop.ts'

describe('an address that is named, of a path through a Linux bridge', () => {
  const to = async (...edits: Edit[]) =>
    ((await journeyFor(bridged.lab(...edits), { from: 'ns2', to: ns1.address })) as Journey).to

  it('is that of the namespace in the same bridge', async () => {
    expect(await to()).toMatchObject({ netns: 'ns1', plug: 'veth-ns1-br' })
  })

  it('is nobody’s that we know where that is in no bridge', async () => {
    const taken: Edit = evidence => void Reflect.deleteProperty(linkIn(evidence, 'veth-ns1-br'), 'master')
    expect(await to(taken)).toEqual({ address: ns1.address })
  })
})
