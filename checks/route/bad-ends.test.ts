import { describe, expect, it } from 'vitest'
import { BadCall } from '../../harness/core/errors.ts'
import type { LinkAddress } from '../../harness/look/evidence.ts'
import { type Edit, innerLink, ns1, ns2, solvedLab } from '../testing/solved-lab.ts'
import { journeyFor } from './ends.ts'

async function refusal(from: string, to: string, ...edits: Edit[]): Promise<string> {
  const thrown = await journeyFor(solvedLab(...edits), { from, to }).catch((problem: unknown) => problem)
  expect(thrown).toBeInstanceOf(BadCall)
  const { sentence } = thrown as BadCall
  // Both languages name the same things.
  const names = (words: string) => words.match(/[\w.-]+[@\d][\w.@-]*/g)
  expect(names(sentence['zh-TW'])?.sort()).toEqual(names(sentence.en.replace(/\.$/, ''))?.sort())
  return sentence.en
}

const inet6 = (address: string): LinkAddress => ({ family: 'inet6', address, prefixLength: 64 })

/** The namespace of one node is there on the other as well, as it is. */
const copyOfNs1: Edit = ({ kernel }) => {
  kernel.hypervisor.netns.ns1 = structuredClone(kernel.controller.netns.ns1!)
}

describe('a call that means nothing, or too much', () => {
  it.each<[string, string, string, Edit?]>([
    ['nss2', 'ns1', 'There is no namespace, logical port or interface nss2 in this lab; did you mean ns2?'],
    [
      'ns2',
      'web-server',
      'There is no namespace, logical port or interface web-server in this lab; there are ls0-ns1, ls0-ns2, ns1, ns2, veth-ns1-br and veth-ns2-br.',
    ],
    [
      'ns2@controller',
      'ns1',
      'There is no namespace, logical port or interface ns2 on controller; did you mean ns2@hypervisor?',
    ],
    ['ns2', 'ns1@node3', 'This lab has no node node3; its nodes are controller and hypervisor.'],
    ['ns1', 'ns2', 'ns1 is ambiguous: write ns1@controller and ns1@hypervisor.', copyOfNs1],
    ...['127.0.0.1', '192.168.10.255', '192.168.10.0', '0.0.0.0', '224.0.0.1', '::1'].map(
      (to): [string, string, string] => [
        'ns1',
        to,
        `${to} is no address of one machine on a network (loopback, a whole subnet, or a group): a path cannot end there.`,
      ],
    ),
    ['ns1', 'ns1', 'FROM and TO are both ns1: give two different ends.'],
    [
      'ns1',
      'ls0-ns1',
      'ns1 and ls0-ns1 are behind one port, and packets between them never reach Open vSwitch.',
    ],
    [
      'ns1',
      ns1.address,
      `ns1 and ${ns1.address} are behind one port, and packets between them never reach Open vSwitch.`,
    ],
    [
      'ls0-localnet',
      'ns1',
      'ls0-localnet is a port of type localnet: a path can cross it, but cannot begin or end there.',
    ],
    [
      'ns1',
      'ns2',
      'No interface of namespace ns2 on hypervisor but lo has an address, so packets can neither leave nor reach it: give it an address first.',
      evidence => {
        innerLink(evidence, ns2).addresses = [inet6('fe80::1')]
      },
    ],
    [
      'ns1',
      '2001:db8::1',
      'ns1 and 2001:db8::1 have no address family in common: one has only IPv4, the other only IPv6.',
    ],
  ])('%s → %s', async (from, to, sentence, edit = () => {}) => {
    expect(await refusal(from, to, edit)).toBe(sentence)
  })
})
