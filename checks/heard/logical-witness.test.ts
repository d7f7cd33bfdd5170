import { describe, expect, it } from 'vitest'
import type { LogicalPacket, LogicalTraceSeen } from '../../harness/look/evidence.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { contradiction } from '../path/witness.ts'
import { blind } from '../testing/outcome.ts'
import { type Edit, named, ns1, ns2, pings, solvedLab } from '../testing/solved-lab.ts'
import { ACL, withRow } from '../testing/traces.ts'
import { probeOf } from '../traffic/traffic.ts'

/** What comes of pings from ns2 where ovn-trace says so of packets that leave by these logical ports, and what it was asked. */
function witnessed(to: string, dropped: RegExp, ...edits: Edit[]) {
  const asked: LogicalPacket[] = []
  const logicalTraces: Lab['logicalTraces'] = async packets => {
    asked.push(...packets)
    return packets.map(({ flow }): LogicalTraceSeen => ({ outputs: dropped.test(flow) ? [] : ['ls0-ns1'] }))
  }
  const lab = Object.assign(solvedLab(...edits), { logicalTraces })
  const outcome = async () => {
    const { traffic, ping, route } = await probeOf(lab, pings, ns2, to)
    return contradiction(lab, route, traffic, ping)
  }
  return { asked, outcome }
}

const NEVER = /^$/
const acl = withRow('ACL', ACL)
const secured: Edit = ({ northbound }) => {
  named(northbound.Logical_Switch_Port, 'ls0-ns2').port_security = ['02:00:00:00:00:01']
}

describe('the logical flows, as a witness of what crossed the bridges', () => {
  it('are not asked where nothing northbound may drop', async () => {
    const { asked, outcome } = witnessed(ns1.address, /./)
    expect(await outcome()).toBeUndefined()
    expect(asked).toEqual([])
  })

  it.each<[string, Edit]>([
    ['ACLs', acl],
    ['port security', secured],
  ])('are asked from both ends where there are %s, and agree', async (_, edit) => {
    const { asked, outcome } = witnessed(ns1.address, NEVER, edit)
    expect(await outcome()).toBeUndefined()
    expect(asked.map(({ flow }) => /^inport == "([^"]+)".*icmp4\.type == (\d)/.exec(flow)?.slice(1))).toEqual(
      expect.arrayContaining([
        ['ls0-ns2', '8'],
        ['ls0-ns1', '0'],
      ]),
    )
    expect(asked).toHaveLength(2)
  })

  it.each([/^inport == "ls0-ns2"/, /^inport == "ls0-ns1"/])(
    'leave it unknown where they would drop it: %s',
    async dropped => {
      expect(await blind(witnessed(ns1.address, dropped, acl).outcome())).toMatchObject({
        reason: { en: expect.stringMatching(/crossed \w+, but the logical flows of OVN would drop it/) },
        where: expect.stringMatching(/^(controller|hypervisor) · OpenFlow$/),
      })
    },
  )

  it('ask of an answer from outside as it comes in by the localnet port', async () => {
    const { asked, outcome } = witnessed('192.168.10.1', /^inport == "ls0-localnet"/, acl)
    expect(await blind(outcome())).toMatchObject({
      reason: { en: expect.stringMatching(/^the echo-reply from 192\.168\.10\.1 to /) },
    })
    expect(asked.map(({ isEstablished }) => isEstablished)).toEqual([undefined, true])
  })

  it('are not asked of what goes to a router', async () => {
    const router: Edit = ({ northbound }) => {
      const row = { _uuid: '1', name: 'lr0-ls0', mac: '02:00:c0:a8:0a:01', networks: ['192.168.10.1/24'] }
      Object.assign(northbound, { Logical_Router_Port: [row] })
    }
    const { asked, outcome } = witnessed('192.168.10.1', /./, acl, router)
    expect(await outcome()).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('are not asked where ovn-trace believes in a port security that no flow enforces', async () => {
    const { asked, outcome } = witnessed(ns1.address, /./, ({ northbound }) => {
      named(northbound.Logical_Switch_Port, 'ls0-localnet').port_security = ['02:00:00:00:00:01']
    })
    expect(await outcome()).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('are not asked where ovn-trace takes a subnet of port security for one host', async () => {
    const { asked, outcome } = witnessed(ns1.address, /./, ({ northbound }) => {
      const [port] = northbound.Logical_Switch_Port.filter(({ name }) => name === 'ls0-ns1')
      port!.port_security = [`${port!.addresses[0]} 192.168.10.0/24`]
    })
    expect(await outcome()).toBeUndefined()
    expect(asked).toEqual([])
  })

  it('say nothing where nobody could ask them', async () => {
    const lab = solvedLab(acl)
    const { traffic, ping, route } = await probeOf(lab, pings, ns2, ns1.address)
    expect(await contradiction(lab, route, traffic, ping)).toBeUndefined()
  })
})
