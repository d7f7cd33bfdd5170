import { describe, expect, it } from 'vitest'
import { same } from '../core/text.ts'
import { answerIn, shownAfter } from './answer.ts'

const NODES = ['controller', 'hypervisor']
const found = (words: string) => answerIn(same(words), NODES)

describe('the answer in a hint', () => {
  it.each([
    ['On controller: add-localnet-port ls0 flat0', 'controller', 'add-localnet-port ls0 flat0'],
    [
      'On hypervisor, if your port is named ls0-localnet: ovn-nbctl lsp-set-addresses ls0-localnet unknown',
      'hypervisor',
      'ovn-nbctl lsp-set-addresses ls0-localnet unknown',
    ],
    ['On controller: systemctl restart ovn-central', 'controller', 'systemctl restart ovn-central'],
  ])('is the command to run: %s', (words, on, run) => {
    expect(found(words)).toEqual({ on, run })
  })

  it.each([
    'On controller, look for eth2 in ovs-vsctl show.',
    'On hypervisor: tcpdump -ni eth1 udp port 6081',
    'On hypervisor: ip netns exec ns2 ping -c 1 192.168.10.1',
    'On controller: ovn-nbctl lsp-set-type PORT router',
    'On controller: ovn-nbctl lr-nat-list lr0',
    'On controller: tcpdump -nei eth1 icmp, then tcpdump -nei eth2 icmp',
    'On that node, with your own names: ovs-vsctl set Open_vSwitch . external_ids:x=NETWORK:BRIDGE',
    'Remove the port with ovn-nbctl lsp-del PORT, then on controller: create-ovn-ls-and-lsp ls0',
  ])('is not what has to be looked at, filled in or thought about: %s', words => {
    expect(found(words)).toBeUndefined()
  })

  it('is not shown as the answer where it does not fix what is wrong', () => {
    const answer = { on: 'controller', run: 'add-localnet-port ls0 flat0' }
    const step = same('On controller: add-localnet-port ls0 flat0')
    expect(shownAfter(step, answer, 'unknown')).toEqual(step)
    expect(shownAfter(step, answer, 'fixes').en).toMatch(/^On controller: .*\n\(.*it fixes this/)
    expect(shownAfter(step, answer, 'does not fix').en).toContain('does not fix this')
  })
})
