import { describe, expect, it } from 'vitest'
import { bridged, bridgeWith, type Edit, linkIn, ns1, ns2, switched } from '../testing/bridged-lab.ts'
import { unmet } from '../testing/outcome.ts'
import { inLinuxBridge, inNoLinuxBridge, shareOneLinuxBridge } from './linux-bridged.ts'

const down =
  (name: string): Edit =>
  evidence => {
    linkIn(evidence, name).isUp = false
  }
const without: Edit = evidence => {
  delete linkIn(evidence, 'veth-ns2-br').master
}
const inAnother: Edit = bridgeWith('br1', ['veth-ns2-br'])

describe('a Linux bridge', () => {
  it('holds both namespaces', async () => {
    for (const endpoint of [ns1, ns2])
      await expect(inLinuxBridge(bridged.lab(), endpoint)).resolves.toBeUndefined()
    await expect(shareOneLinuxBridge(bridged.lab(), [ns1, ns2])).resolves.toBeUndefined()
  })

  it.each<[string, Edit, string, string]>([
    ['out of it', without, 'veth-ns2-br is in no bridge', 'controller · veth-ns2-br'],
    ['down', down('veth-ns2-br'), 'veth-ns2-br is down', 'controller · veth-ns2-br'],
    ['in one that is down', down('br0'), 'veth-ns2-br is in br0, and br0 is down', 'controller · br0'],
  ])('does not hold what is %s', async (_, edit, en, where) => {
    expect(await unmet(inLinuxBridge(bridged.lab(edit), ns2))).toMatchObject({ saw: { en }, where })
  })

  it('is told from br-int, and from another one', async () => {
    expect((await unmet(inLinuxBridge(switched.lab(), ns1))).saw.en).toBe(
      'veth-ns1-br is in br-int of Open vSwitch, and in no Linux bridge',
    )
    await expect(inLinuxBridge(bridged.lab(inAnother), ns2)).resolves.toBeUndefined()
    expect(await unmet(shareOneLinuxBridge(bridged.lab(inAnother), [ns1, ns2]))).toMatchObject({
      saw: { en: 'veth-ns1-br @ br0 and veth-ns2-br @ br1' },
      where: 'controller · veth-ns2-br',
    })
  })

  it('is undone when none holds any of them, up or down', async () => {
    await expect(inNoLinuxBridge(switched.lab(), [ns1, ns2])).resolves.toBeUndefined()
    await expect(inNoLinuxBridge(switched.lab(bridgeWith('br1', [])), [ns1, ns2])).resolves.toBeUndefined()
    for (const edits of [[inAnother], [inAnother, down('br1')]])
      expect(await unmet(inNoLinuxBridge(switched.lab(...edits), [ns1, ns2]))).toMatchObject({
        saw: { en: 'veth-ns2-br is in the Linux bridge br1' },
        where: 'controller · veth-ns2-br',
      })
  })
})
