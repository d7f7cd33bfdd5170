import { describe, expect, it } from 'vitest'
import { dropCountersFrom } from './drop-counters.ts'

/** As Open vSwitch 3.5 prints it. */
const PRINTED = `MARK coverage
Event coverage, avg rate over last: 5 seconds, last minute, last hour,  hash=07159a86:
bridge_reconfigure         0.0/sec     0.000/sec        0.0067/sec   total: 24
datapath_drop_meter        1.0/sec     0.000/sec        0.0067/sec   total: 19
conntrack_full             0.0/sec     0.000/sec        0.0067/sec   total: 7
96 events never hit
MARK ports br-eth2
OFPST_PORT reply (OF1.5) (xid=0x2): 2 ports
  port  eth2: rx pkts=174, bytes=15692, drop=3, errs=0, frame=0, over=0, crc=0
           tx pkts=228, bytes=20392, drop=5, errs=0, coll=0
           duration=522.121s
           CUSTOM Statistics
                      ovs_tx_qos_drops=11, ovs_tx_retries=4,
  port  "patch-ls0-local": rx pkts=286, bytes=25620, drop=?, errs=?, frame=?, over=?, crc=?
MARK meters br-eth2
OFPST_METER reply (OF1.3) (xid=0x2):
meter:1 flow_count:1 packet_in_count:20 byte_in_count:1960 duration:9.1s bands:
0: packet_count:19 byte_count:1862
MARK end
`

describe('what Open vSwitch counts of packets it did not pass on', () => {
  it('is told by the place that counts', () => {
    expect(dropCountersFrom(PRINTED, 'MARK')).toEqual({
      'ovs-vswitchd · coverage · datapath_drop_meter': 19,
      'ovs-vswitchd · coverage · conntrack_full': 7,
      'br-eth2 · port eth2 · rx drop': 3,
      'br-eth2 · port eth2 · tx drop': 5,
      'br-eth2 · port eth2 · ovs_tx_qos_drops': 11,
      'br-eth2 · OpenFlow · meter 1': 19,
    })
  })
  it('is nothing where the output is cut', () => {
    expect(() => dropCountersFrom(PRINTED.replace('MARK end', ''), 'MARK')).toThrow(SyntaxError)
  })
})
