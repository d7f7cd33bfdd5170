import { describe, expect, it } from 'vitest'
import { bridged, bridgeWith, type Edit, ns1, ns2, switched } from '../testing/bridged-lab.ts'
import { blind, unmet } from '../testing/outcome.ts'
import { captureOn } from '../testing/recorded.ts'
import { carriedByBridge, carriedByOvn, reachesByBridge } from './carried-by.ts'

const byBridge = (...edits: Edit[]) => carriedByBridge(bridged.lab(...edits), bridged.experiment, [ns1, ns2])
const byOvn = (...edits: Edit[]) => carriedByOvn(switched.lab(...edits), switched.experiment, [ns1, ns2])

/** br-int has a row of veth-ns1-br, say; without userspace datapath, that is all it can have of what a Linux bridge holds. */
const alsoIn =
  (datapath: 'netdev' | '', name = 'veth-ns1-br'): Edit =>
  ({ ovs, kernel }) => {
    const { Bridge, Port, Interface } = ovs.controller
    const bridge = Bridge.find(({ name }) => name === 'br-int')!
    const [port, iface] = [Port[0]!, Interface[0]!]
    const index = kernel.controller.links.find(link => link.name === name)!.index
    Port.push({ ...port, _uuid: 'p', name, interfaces: ['i'], external_ids: {} })
    const came = datapath
      ? { ofport: [9], error: [] }
      : { ofport: [-1], error: ['could not add network device'] }
    Interface.push({ ...iface, ...came, _uuid: 'i', name, type: '', ifindex: [index] })
    bridge.ports.push('p')
    bridge.datapath_type = datapath
    if (datapath)
      kernel.controller.datapath?.push({
        datapath: `${datapath}@ovs-netdev`,
        bridge: 'br-int',
        name,
        ofport: 9,
        type: 'system',
      })
  }

describe('a Linux bridge', () => {
  it('carries what both send, and Open vSwitch has none of it', async () => {
    await expect(byBridge()).resolves.toBeUndefined()
    for (const [from, to] of [
      [ns1, ns2],
      [ns2, ns1],
    ] as const)
      await expect(reachesByBridge(bridged.lab(), bridged.experiment, from, to)).resolves.toBeUndefined()
  })

  it('does not carry it alone where Open vSwitch has an end as well', async () => {
    expect(await unmet(byBridge(alsoIn('netdev')))).toMatchObject({
      saw: { en: 'veth-ns1-br is in br-int' },
      where: 'controller · Open_vSwitch · Bridge · ports',
    })
  })

  it('does not carry it alone where it is a port of Open vSwitch itself', async () => {
    const heard: Edit = ({ kernel }) => {
      kernel.controller.links.find(({ name }) => name === 'br0')!.promiscuity = 1
    }
    expect(await unmet(byBridge(heard, alsoIn('netdev', 'br0')))).toMatchObject({
      saw: { en: 'br0 itself is a port of br-int' },
      where: 'controller · Open_vSwitch · Bridge · ports',
    })
  })

  it('carries it alone where the kernel’s datapath has but a row', async () => {
    await expect(byBridge(alsoIn(''))).resolves.toBeUndefined()
  })

  it('did not carry what was answered without being in it', async () => {
    const unheard: Edit = evidence => {
      captureOn(evidence, 'controller', 'br0').heard = []
    }
    expect(await unmet(byBridge(unheard))).toMatchObject({ where: 'controller · br0' })
  })

  it('says nothing where nobody could listen to it', async () => {
    const lost: Edit = evidence => {
      Object.assign(captureOn(evidence, 'controller', 'br0'), { heardMarker: false, heard: [] })
    }
    expect((await blind(byBridge(lost))).where).toBe('controller · br0')
  })

  it('has nothing to say of where OVN carries it', async () => {
    expect(await unmet(reachesByBridge(switched.lab(), switched.experiment, ns1, ns2))).toMatchObject({
      where: 'controller · veth-ns1-br',
    })
  })
})

describe('OVN', () => {
  it('carries what both send', async () => {
    await expect(byOvn()).resolves.toBeUndefined()
    await expect(byOvn(bridgeWith('docker0', ['eth2']))).resolves.toBeUndefined()
  })

  it('does not carry it alone where a Linux bridge has some of it', async () => {
    const copied: Edit = evidence => {
      const heard = captureOn(evidence, 'controller', 'veth-ns2-br').heard.slice(0, 1)
      bridgeWith('br0', ['veth-ns2-br'], heard)(evidence)
    }
    expect(await unmet(byOvn(copied))).toMatchObject({
      expected: { en: 'in no Linux bridge of controller, there are pings between ns1 and ns2' },
      where: 'controller · br0',
    })
  })

  it('carries what is heard on a bridge inside ns1 that is ns1 itself, by its address', async () => {
    const inside: Edit = evidence => {
      const { heard } = captureOn(evidence, 'controller', 'veth-ns1-br')
      bridgeWith('br0', [], heard)(evidence)
      const { links, netns } = evidence.kernel.controller
      const eth0 = netns.ns1!.find(({ name }) => name === 'eth0')!
      netns.ns1!.push({ ...links.pop()!, addresses: eth0.addresses, mac: eth0.mac })
      Object.assign(eth0, { master: 'br0', addresses: [] })
      evidence.traffic.captures.at(-1)!.netns = 'ns1'
    }
    await expect(byOvn(inside)).resolves.toBeUndefined()
  })

  it('is not said to where a Linux bridge could not be listened to', async () => {
    expect((await blind(byOvn(bridgeWith('br0', ['veth-ns2-br'], [], false)))).where).toBe('controller · br0')
  })
})
