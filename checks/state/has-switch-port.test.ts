import { describe, expect, it } from 'vitest'
import { renamed } from '../testing/names.ts'
import { unmet } from '../testing/outcome.ts'
import {
  both,
  type Edit,
  innerLink,
  named,
  ns1,
  ns2,
  solvedEvidence,
  solvedLab,
  unplug,
} from '../testing/solved-lab.ts'
import { hasSwitchPort } from './has-switch-port.ts'

const mac = innerLink(solvedEvidence(), ns1).mac
const macOfNs2 = innerLink(solvedEvidence(), ns2).mac

const withAddresses =
  (...addresses: string[]): Edit =>
  ({ northbound }) => {
    named(northbound.Logical_Switch_Port, 'ls0-ns1').addresses = addresses
  }

it('tells an address that is there, in a form that OVN does not read', async () => {
  const told = await unmet(hasSwitchPort(solvedLab(withAddresses(`dynamic ${mac}`)), ns1))
  expect(told.saw.en).toMatch(/; "dynamic .*" is in no form in which OVN reads that word: /)
})

describe('hasSwitchPort', () => {
  it.each([ns1, ns2])('holds on the solved lab for $netns', async endpoint => {
    await expect(hasSwitchPort(solvedLab(), endpoint)).resolves.toBeUndefined()
  })

  it.each<[string, Edit]>([
    ['other names', renamed],
    ['the MAC and the IP address', withAddresses(`${mac} 192.168.10.100`)],
    ['the MAC in upper case', withAddresses(mac.toUpperCase())],
    ['a MAC whose IP address OVN chooses', withAddresses(`${mac} dynamic`)],
    ['the MAC among other addresses', withAddresses('unknown', '0a:00:00:00:00:01', mac)],
    [
      'a MAC that northd chose',
      ({ northbound }) => {
        const port = named(northbound.Logical_Switch_Port, 'ls0-ns1')
        Object.assign(port, { addresses: ['dynamic'], dynamic_addresses: [`${mac} 192.168.10.100`] })
      },
    ],
  ])('holds with %s', async (_, edit) => {
    await expect(hasSwitchPort(solvedLab(edit), ns1)).resolves.toBeUndefined()
  })

  it('shows the ports there are where none has the MAC', async () => {
    const lab = solvedLab(withAddresses('0a:00:00:00:00:01 192.168.10.100', 'unknown'))
    expect(await unmet(hasSwitchPort(lab, ns1))).toEqual({
      expected: {
        en: `a Logical_Switch_Port whose addresses contain ${mac}, the MAC of ns1`,
        'zh-TW': `有一個 Logical_Switch_Port 的 addresses 包含 ns1 的 MAC 位址 ${mac}`,
      },
      saw: {
        en: `ports and their addresses: ls0-ns1 "0a:00:00:00:00:01 192.168.10.100 unknown" and ls0-ns2 "${macOfNs2}"`,
        'zh-TW': `現有的 port 和位址：ls0-ns1 "0a:00:00:00:00:01 192.168.10.100 unknown" 和 ls0-ns2 "${macOfNs2}"`,
      },
      where: 'OVN_Northbound · Logical_Switch_Port · addresses',
      tryThis: 'sudo ovn-nbctl show',
    })
  })

  it.each<[string, Edit]>([
    ['"unknown", which declares no MAC', withAddresses('unknown')],
    ['the IP address alone', withAddresses('192.168.10.100')],
    ['the MAC in second place', withAddresses(`0a:00:00:00:00:01 ${mac}`)],
    [
      'the MAC on a port that is for no machine',
      ({ northbound }) => {
        named(northbound.Logical_Switch_Port, 'ls0-ns1').type = 'localport'
      },
    ],
    [
      'the MAC the namespace had before it was made anew',
      evidence => {
        innerLink(evidence, ns1).mac = '0a:00:00:00:00:02'
      },
    ],
  ])('does not hold with %s', async (_, edit) => {
    await unmet(hasSwitchPort(solvedLab(edit), ns1))
  })

  it.each<[string, string | undefined, Edit]>([
    [
      'was made anew, and its cable is in no bridge yet',
      'mac-changed',
      evidence => {
        innerLink(evidence, ns1).mac = '0a:00:00:00:00:02'
        unplug(evidence.ovs.controller, 'veth-ns1-br')
      },
    ],
    [
      'never had a port',
      undefined,
      ({ northbound, ovs }) => {
        named(northbound.Logical_Switch, 'ls0').ports = [
          named(northbound.Logical_Switch_Port, 'ls0-ns2')._uuid,
        ]
        northbound.Logical_Switch_Port = [named(northbound.Logical_Switch_Port, 'ls0-ns2')]
        unplug(ovs.controller, 'veth-ns1-br')
      },
    ],
    ['has a port with a word of other ports', 'mac-unwritten', withAddresses('router')],
  ])('takes it for a changed MAC, or not: the namespace %s', async (_, cause, edit) => {
    await expect(hasSwitchPort(solvedLab(edit), ns1, both)).rejects.toMatchObject({ cause })
  })

  it('names the link that has the address where a port has the MAC of another one', async () => {
    const moved: Edit = evidence => {
      const link = innerLink(evidence, ns1)
      const links = evidence.kernel.controller.netns.ns1!
      links.push({ ...link, name: 'eth1', index: 99, mac: '0a:00:00:00:00:09', peerIndex: 98 } as typeof link)
      link.addresses = []
    }
    expect(await unmet(hasSwitchPort(solvedLab(moved), ns1, both))).toMatchObject({
      where: 'controller · netns ns1 · eth1',
      saw: { en: expect.stringContaining(`the MAC of eth0 there, ${mac}`) },
    })
  })

  it('speaks of no MAC where the namespace has none', async () => {
    const lab = solvedLab(({ kernel, northbound }) => {
      kernel.controller.netns = {}
      northbound.Logical_Switch_Port = []
    })
    expect(await unmet(hasSwitchPort(lab, ns1))).toMatchObject({
      expected: {
        en: 'a Logical_Switch_Port whose addresses contain its MAC, the MAC of ns1',
        'zh-TW': '有一個 Logical_Switch_Port 的 addresses 包含 ns1 的 MAC 位址',
      },
      saw: { en: 'ports and their addresses: none', 'zh-TW': '現有的 port 和位址：無' },
    })
  })
})
