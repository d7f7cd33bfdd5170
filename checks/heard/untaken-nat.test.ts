import { describe, expect, it } from 'vitest'
import { type Edit, FLOATING, gatewayLab, ns1 } from '../testing/gateway-lab.ts'
import type { Break } from './bracket.ts'
import type { Origin } from './origin.ts'
import { natUntaken } from './untaken-nat.ts'

const asked = {
  packet: { kind: 'echo-request', source: '192.168.10.1', destination: FLOATING, token: '' },
} as unknown as Break

/** What becomes of a ping for the floating address at a flow of its row, in one stage or another. */
async function untaken(stage: string, ...edits: Edit[]) {
  const lab = gatewayLab(...edits)
  const row = (await lab.northbound()).nats.find(({ external_ip }) => external_ip === FLOATING)!
  const origin = { kind: 'logical', flow: { stage }, row: { table: 'NAT', row } } as unknown as Origin
  return natUntaken(lab, origin, asked)
}

const change =
  (columns: object): Edit =>
  ({ northbound }) => {
    for (const row of northbound.NAT) if (row.external_ip === FLOATING) Object.assign(row, columns)
  }
const southSays =
  (outputs: string[], given: string[] = []): Edit =>
  ({ looks }) => {
    looks['logical-traces'] = [{ outputs, given }]
  }

describe('a packet for an address of NAT that was not translated', () => {
  it('is left out by a column of the row', async () => {
    const found = await untaken('lr_in_arp_resolve', change({ allowed_ext_ips: ['a5'] }))
    expect(found?.where).toBe('OVN_Northbound · NAT · allowed_ext_ips')
    expect(found?.saw.en).toContain(`did not give the echo-request for ${FLOATING} to ${ns1.address}`)
  })

  it('lacks a flow where the southbound database would drop it as well', async () => {
    expect((await untaken('lr_in_arp_resolve', southSays([])))?.where).toBe('OVN_Southbound · Logical_Flow')
  })

  it.each<[string, Promise<unknown>]>([
    ['where the southbound database would let it pass', untaken('lr_in_arp_resolve', southSays(['ls0-ns1']))],
    ['where the row translated it', untaken('lr_in_dnat', southSays([]))],
    [
      'where it is translated, and lost behind that',
      untaken('lr_in_arp_resolve', southSays([], [ns1.address])),
    ],
    ['where nobody could ask', untaken('lr_in_arp_resolve')],
  ])('is not told of %s', async (_, found) => {
    expect(await found).toBeUndefined()
  })
})
