import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadTopology } from './load-topology.ts'
import {
  databaseOn,
  linkFor,
  linksOf,
  macOf,
  managementAddress,
  markerOn,
  nodeNames,
  roleSettings,
  underlayAddress,
} from './topology.ts'
import { countedNodes, nodeNamed } from './words.ts'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-topology-'))
afterAll(() => rmSync(folder, { recursive: true }))

const LINKS = `links:
  eth0: { role: management, subnet: 10.9.8.0/24, mtuBytes: 1500 }
  eth1: { role: underlay, subnet: 172.16.0.0/24, mtuBytes: 1600 }
`
/** Reads a lesson's own topology; what it is refused with, without the folder in front. */
async function own(content: string) {
  writeFileSync(join(folder, 'topology.yaml'), content)
  return loadTopology(folder).catch((thrown: Error) => thrown.message.replaceAll(`${folder}/`, ''))
}

it('is that of the course where a lesson brings none', async () => {
  const course = await loadTopology()
  expect(nodeNames(course)).toEqual(['controller', 'hypervisor'])
  rmSync(join(folder, 'topology.yaml'), { force: true })
  expect(await loadTopology(folder)).toEqual(course)
})

it('has every address once, and derives the rest from it', async () => {
  const course = await loadTopology()
  const [physical] = linksOf(course, 'physical')
  expect(managementAddress(course, 'hypervisor')).toBe('10.0.2.20')
  expect(underlayAddress(course, course.central)).toBe('192.168.33.10')
  expect(macOf(course, 'hypervisor', linkFor(course, 'underlay'))).toBe('02:00:c0:a8:21:20')
  expect(physical && [databaseOn(physical), markerOn(course, physical)]).toEqual([
    { address: '192.168.10.1', port: 5432 },
    { mac: '06:00:c0:a8:0a:00', cidr: '198.51.100.1/28', broadcast: '198.51.100.15' },
  ])
})

it('is a lesson’s own, with as many nodes as it names', async () => {
  const three = await own(
    `${LINKS}nodes: { one: { number: 2 }, two: { number: 3 }, gateway: { number: 40 } }\ncentral: two\n`,
  )
  if (typeof three === 'string') throw new Error(three)
  expect(roleSettings(three, 'gateway')).toEqual({
    NODE: 'gateway',
    NODES: 'one two gateway',
    ADDRESSES: '172.16.0.2 172.16.0.3 172.16.0.40',
    CENTRAL_NODE: 'two',
    CENTRAL: '172.16.0.3',
    MANAGEMENT_LINK: 'eth0',
    MANAGEMENT: '10.9.8.40/24',
    UNDERLAY_LINK: 'eth1',
    UNDERLAY: '172.16.0.40',
    UNDERLAY_BITS: '24',
    PHYSICAL_LINKS: '',
  })
  expect(countedNodes(three)).toEqual({ en: 'three', 'zh-TW': '三' })
  expect(() => nodeNamed(three, 'toString')).toThrow(
    'There is no node "toString": the nodes are one, two and gateway.',
  )
})

describe('a mistake in it is told with its place', () => {
  const nodes = 'nodes: { one: { number: 2 }, two: { number: 3 } }\n'
  it.each([
    [`${LINKS}${nodes}central: ome\n`, 'topology.yaml:5:10: there is no node `ome`; did you mean `one`?'],
    [
      `${LINKS}nodes: { one: { numbre: 2 } }\ncentral: one\n`,
      'topology.yaml:4:17: unknown key `numbre`; did you mean `number`?',
    ],
    [
      `${LINKS}nodes: { one: { number: 2 }, two: { number: 2 } }\ncentral: one\n`,
      'topology.yaml:4:45: `one` has this number',
    ],
    [
      `${LINKS}nodes: { world: { number: 2 } }\ncentral: world\n`,
      'topology.yaml:4:10: the lab itself has this name: take another',
    ],
    [
      `${LINKS.replace('underlay', 'undrelay')}${nodes}central: one\n`,
      'topology.yaml:3:17: `role` must be one of `management`, `underlay`, `physical`; did you mean `underlay`?',
    ],
    [
      `${LINKS.replace('underlay', 'physical')}${nodes}central: one\n`,
      'topology.yaml:1:1: one link has the role `underlay`, not 0',
    ],
    [
      `${LINKS.replace('eth1', 'eth3')}${nodes}central: one\n`,
      'topology.yaml:3:3: this link comes as `eth1`',
    ],
    [
      `${LINKS.replace('10.9.8.0', '172.16.0.0')}${nodes}central: one\n`,
      'topology.yaml:3:35: another link has this subnet',
    ],
    [
      `${LINKS.replace('1500 }', '1500, outside: { number: 3 } }')}${nodes}central: one\n`,
      'topology.yaml:2:85: `two` has this number',
    ],
  ])('%s', async (content, sentence) => {
    expect(await own(content)).toBe(sentence)
  })
})
