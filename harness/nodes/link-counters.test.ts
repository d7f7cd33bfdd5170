import { expect, it } from 'vitest'
import { linkCountersFrom } from './link-counters.ts'

/** As iproute2 6.15 and Open vSwitch 3.5 print it. */
const PRINTED = `MARK links 
[{"ifname":"eth2","stats64":{"rx":{"bytes":70,"packets":1,"errors":2,"dropped":3,"over_errors":0,"multicast":4},"tx":{"bytes":9,"packets":5,"errors":0,"dropped":0,"carrier_errors":0}}}]
MARK links two
lines
[{"ifname":"eth0","stats64":{"rx":{"bytes":1,"packets":2,"errors":0,"dropped":0},"tx":{"bytes":3,"packets":4,"errors":0,"dropped":0}}}]
MARK interfaces 
{"data":[["patch-a",["map",[["rx_bytes",10],["rx_packets",11],["tx_bytes",12],["tx_packets",13]]]],["new",["map",[]]]],"headings":["name","statistics"]}
MARK end
`

it('counters are told by namespace and link, drops and errors among them', () => {
  expect(linkCountersFrom(PRINTED, 'MARK')).toEqual({
    links: {
      node: {
        eth2: {
          ...{ rx_packets: 1, rx_bytes: 70, rx_errors: 2, rx_dropped: 3 },
          ...{ tx_packets: 5, tx_bytes: 9, tx_errors: 0, tx_dropped: 0, rx_multicast: 4 },
        },
      },
      netns: {
        'two\nlines': {
          eth0: {
            ...{ rx_packets: 2, rx_bytes: 1, rx_errors: 0, rx_dropped: 0 },
            ...{ tx_packets: 4, tx_bytes: 3, tx_errors: 0, tx_dropped: 0 },
          },
        },
      },
    },
    interfaces: { 'patch-a': { rx_packets: 11, rx_bytes: 10, tx_packets: 13, tx_bytes: 12 }, new: {} },
  })
})

it('counters are those of a node without Open vSwitch too, and nothing where the output is cut', () => {
  const bare = PRINTED.replace(/\{"data".*\n/, '')
  expect(linkCountersFrom(bare, 'MARK').interfaces).toEqual({})
  expect(() => linkCountersFrom(PRINTED.replace('MARK end', ''), 'MARK')).toThrow(SyntaxError)
})
