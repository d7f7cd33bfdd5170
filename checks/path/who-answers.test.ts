import { describe, expect, it } from 'vitest'
import { withLook } from '../testing/diagnostics.ts'
import { captureOf, heardOn, OUTSIDE, ping } from '../testing/heard.ts'
import { ns1, ns2, solvedLab } from '../testing/solved-lab.ts'
import { recordedRoute } from '../testing/traces.ts'
import { alsoOutside, wrongMachine } from './who-answers.ts'

const STRANGER = '02:00:00:00:00:99'
const { from, to } = recordedRoute

/** What is found where every ping was answered, and controller heard that an address has a MAC. */
function found(source: string, saysMac: string, route = recordedRoute) {
  const traffic = heardOn(recordedRoute, {})
  captureOf(traffic, 'controller', 'eth2').arps.push({
    ...{ arp: 'request', source, destination: OUTSIDE, saysMac, sourceMac: saysMac },
    ...{ destinationMac: 'ff:ff:ff:ff:ff:ff', count: 1, firstMs: 0 },
  })
  return wrongMachine(solvedLab(), route, traffic, ping(20, 20), undefined)
}

describe('who has the address of an end as well', () => {
  it.each([
    ['the sender', ns2],
    ['who is pinged', ns1],
  ])('is a machine of the physical network that says so by ARP: that of %s', async (_, { address }) => {
    const other = await found(address, STRANGER)
    expect(other?.where).toBe(`physical network · ${STRANGER}`)
    expect(other?.saw.en).toContain(address)
  })

  it.each([
    ['the end itself', ns2.address, from.mac, recordedRoute],
    ['another link of ours, which other looks find', ns2.address, to!.mac, recordedRoute],
    ['who says so of another address', OUTSIDE, STRANGER, recordedRoute],
    [
      'who says so where routers are between',
      ns2.address,
      STRANGER,
      { ...recordedRoute, routed: {} as never },
    ],
  ])('is not %s', async (_, address, mac, route) => {
    expect(await found(address, mac, route)).toBeUndefined()
  })
})

describe('who answers for the address of an end where nobody has to ask', () => {
  const told = async (macs: string[], route = recordedRoute) => {
    const { links } = await solvedLab().kernel('hypervisor')
    const { index, mac } = links.find(({ name }) => name === 'eth2')!
    const request = { look: 'arp-probe' as const, node: 'hypervisor', index, mac, address: ns1.address }
    return alsoOutside(solvedLab(withLook(request, { macs })), route)
  }

  it('is a machine of the physical network beside the end itself', async () => {
    expect((await told([to!.mac, STRANGER]))?.where).toBe(`physical network · ${STRANGER}`)
  })

  it.each([
    ['only the end itself', [to!.mac], recordedRoute],
    ['nobody', [], recordedRoute],
    ['somebody behind a router', [STRANGER], { ...recordedRoute, routed: {} as never }],
  ])('is %s', async (_, macs, route) => {
    expect(await told(macs, route)).toBeUndefined()
  })
})
