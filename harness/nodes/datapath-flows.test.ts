import { expect, it } from 'vitest'
import { carriedBetween, watchCarried } from './datapath-flows.ts'

const flow = (inPort: number, rest: string, packets: number, used = '0.5s') =>
  `recirc_id(0),in_port(${inPort}),${rest}, packets:${packets}, bytes:${packets * 98}, used:${used}, actions:5\n`
const WHOLE = 'eth(src=02:00:00:00:00:01,dst=02:00:00:00:00:02),eth_type(0x0800),ipv4(frag=no)'
const MASKED = 'eth(src=01:00:00:00:00:00/01:00:00:00:00:00,dst=02:00:00:00:00:02),eth_type(0x0806)'

it('tells flows whose counters rose, by where packets come in and the MAC they come from', () => {
  const [before, after] = [3, 4].map(
    packets => `flow-dump from the main thread:\n${flow(7, WHOLE, packets)}${flow(3, MASKED, 2 * packets)}`,
  )
  expect(carriedBetween(before!, after!)).toEqual([
    {
      inPort: 7,
      packets: 1,
      destinationMac: '02:00:00:00:00:02',
      sourceMac: '02:00:00:00:00:01',
      outPorts: [5],
    },
    { inPort: 3, packets: 2, destinationMac: '02:00:00:00:00:02', outPorts: [5] },
  ])
})

it('tells a new flow as well, whose counter leaves out the packet it was made for', () => {
  expect(carriedBetween('', flow(7, WHOLE, 0, 'never'))).toEqual([
    {
      inPort: 7,
      packets: 1,
      destinationMac: '02:00:00:00:00:02',
      sourceMac: '02:00:00:00:00:01',
      outPorts: [5],
    },
  ])
})

it.each<[string, number[] | undefined]>([
  ['drop', []],
  ['7,5', [7, 5]],
  ['set(eth(src=02:00:00:00:00:01)),push_vlan(vid=7,pcp=0),6', [6]],
  ['ct(zone=4),recirc(0x8)', []],
  ['sample(sample=50.0%,actions(userspace(pid=0,sFlow(vid=0,pcp=0,output=6)))),6', [6]],
  ['check_pkt_len(size=1500,gt(drop),le(6))', [6]],
  ['userspace(pid=0,slow_path(controller))', undefined],
  ['lb_output(1)', undefined],
])('tells where packets are put by %s', (actions, outPorts) => {
  const [told] = carriedBetween('', flow(7, WHOLE, 3).replace('actions:5', `actions:${actions}`))
  expect(told?.outPorts).toEqual(outPorts)
})

it('leaves out flows that carried nothing meanwhile, however lately they did', () => {
  const both = flow(7, WHOLE, 3, '0.001s') + flow(3, MASKED, 0, 'never')
  expect(carriedBetween(both, both)).toEqual([])
})

it('tells whether connection tracking puts pieces of packets together', async () => {
  const told = async (status: string) => (await watchCarried(async () => status)).end()
  expect(await told('v4 enabled: 0\n\t\t\tv6 enabled: 1\n')).toMatchObject({ joinsNoPieces: true })
  expect(await told('\t\t\tv4 enabled: 1\n\t\t\tv6 enabled: 0\n')).not.toHaveProperty('joinsNoPieces')
  expect(
    await told('ovs-vswitchd: fragmentation handling status (Operation not supported)'),
  ).not.toHaveProperty('joinsNoPieces')
})

it('is told of flows that came and went during the experiment, or not at all where the datapath cannot be asked', async () => {
  const shown = (hit: number) => `netdev@ovs-netdev:\n  lookups: hit:${hit} missed:2 lost:${hit}\n`
  const dumps = [shown(10), shown(20) + flow(7, WHOLE, 1), shown(31)]
  const seen: (() => void)[] = []
  const watched = new Promise<void>(resolve => seen.push(resolve))
  const carrying = await watchCarried(async () => {
    if (dumps.length === 1) seen[0]!()
    return dumps.shift() ?? shown(31)
  }, 1)
  await watched
  expect(await carrying.end()).toMatchObject({
    flows: [{ inPort: 7, sourceMac: '02:00:00:00:00:01' }],
    lookups: 42, // each of the 21 that had a flow, and as many that were passed on without one
  })
  expect(await (await watchCarried(async () => undefined)).end()).toBeUndefined()
})

it.each<[string, string | undefined]>([
  ['ipv4(dst=10.10.0.1,ttl=64,frag=no)', '10.10.0.1/32'],
  ['ipv4(src=192.168.1.1,dst=10.10.0.0/255.255.255.128,frag=no)', '10.10.0.0/25'],
  ['ipv4(dst=0.0.0.0/0.0.0.0,frag=no)', '0.0.0.0/0'],
  ['ipv4(dst=10.0.0.1/255.0.0.255,frag=no)', undefined],
  ['ipv4(src=10.10.0.1,frag=no)', undefined],
])('tells whom %s is for', (ipv4, destination) => {
  const [told] = carriedBetween('', flow(7, WHOLE.replace('ipv4(frag=no)', ipv4), 3))
  expect(told?.destination).toBe(destination)
})
