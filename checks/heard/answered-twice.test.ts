import { describe, expect, it } from 'vitest'
import type { NetworkStack } from '../../harness/look/evidence.ts'
import { quietStack, withLook } from '../testing/diagnostics.ts'
import { across, ping } from '../testing/heard.ts'
import { chain } from '../testing/nft.ts'
import { type Edit, solvedLab } from '../testing/solved-lab.ts'
import { answeredTwice } from './answered-twice.ts'

const onHypervisor = (about: Partial<NetworkStack>): Edit =>
  withLook({ look: 'stack', node: 'hypervisor', routes: [] }, { ...quietStack, ...about })
const whereWith = async (duplicates: number | undefined, ...edits: Edit[]) =>
  (
    await answeredTwice(solvedLab(...edits), across, {
      ...ping(20, 20),
      ...(duplicates !== undefined && { duplicates }),
    })
  )?.where

describe('a ping whose answers come twice', () => {
  it('is carried by something else as well', async () => {
    expect(await whereWith(20)).toBe('hypervisor · veth-ns2-br')
  })

  it('is carried by a rule at the plug of an end', async () => {
    const forwards = chain('netdev', 'ingress', [[{ fwd: { dev: 'veth-ns1-br' } }]], { dev: 'veth-ns2-br' })
    expect(await whereWith(20, onHypervisor({ chains: forwards }))).toBe(
      'hypervisor · veth-ns2-br · nftables',
    )
  })

  it.each([[undefined], [3]])('is nothing where %s of 20 did', async duplicates => {
    expect(await whereWith(duplicates)).toBeUndefined()
  })
})
