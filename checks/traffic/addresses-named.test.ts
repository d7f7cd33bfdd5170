import { expect, it } from 'vitest'
import { withLook } from '../testing/diagnostics.ts'
import { across } from '../testing/heard.ts'
import { chain, DROP, field } from '../testing/nft.ts'
import { ns1, type Edit as SolvedEdit, solvedLab } from '../testing/solved-lab.ts'
import { addressesNamed } from './addresses-named.ts'

const named = (...addresses: unknown[]) => {
  const chains = chain(
    'ip',
    'input',
    addresses.map(address => [field('ip', 'saddr', address), DROP]),
  )
  const look = { look: 'arp', node: ns1.node, netns: ns1.netns } as const
  const lab = solvedLab(withLook(look, { neighbours: [], solicits: {}, chains }))
  return addressesNamed(lab, across, '192.168.10.0/24', 'seed')
}

it('are the machines of a network that a filter names, by themselves or by a prefix', async () => {
  const [one, another, ...more] = await named('192.168.10.77', {
    prefix: { addr: '192.168.10.192', len: 28 },
  })
  expect(one).toBe('192.168.10.77')
  expect(another).toMatch(/^192\.168\.10\.(19[2-9]|20[0-7])$/)
  expect(more).toEqual([])
})

it('are none that no other machine sends from: the whole network, its broadcast, and what nodes have themselves', async () => {
  expect(await named('192.168.10.0', '192.168.10.255', across.from.address, '10.9.9.9')).toEqual([])
})

it('are those that stand in address sets and in routes of routers as well', async () => {
  const rows: SolvedEdit = ({ northbound }) => {
    Object.assign(northbound, {
      Address_Set: [{ _uuid: 'a', name: 'few', addresses: ['192.168.10.77', '10.0.0.0/8'] }],
      Logical_Router_Static_Route: [{ _uuid: 's', ip_prefix: '192.168.10.78/32', nexthop: 'discard' }],
    })
  }
  expect(await addressesNamed(solvedLab(rows), across, '192.168.10.0/24', 'seed')).toEqual([
    '192.168.10.78',
    '192.168.10.77',
  ])
})
