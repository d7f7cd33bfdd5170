import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../core/checkout.ts'
import { text } from '../core/text.ts'
import {
  beyondOn,
  cidrOn,
  databaseOn,
  linksOf,
  macOf,
  macOn,
  managementAddress,
  markerOn,
  nodeNames,
  type Topology,
} from '../topology/topology.ts'
import { limitMemory } from './cgroup.ts'
import { inWorld } from './enter.ts'
import { outsideIn } from './image.ts'
import { paths } from './names.ts'
import { firstOf, remembered } from './processes.ts'
import { didNotStart } from './sentences.ts'
import type { LabState } from './state.ts'

const file = (name: string) => join(checkout, 'harness/embedded', name)

const UNSHARED = ['unshare', '--mount', '--net', '--propagation', 'private']

/** Starts the wires and the physical side of a lab; resolves when they are there. */
export async function startWorld(lab: string, state: LabState): Promise<void> {
  const wires = ['sh', file('world.sh'), paths(lab).folder, String(state.ownerUid), outsideIn(state.image)]
  const script = [...UNSHARED, ...wires, ...worldWords(state.topology)]
  const { argv, env } = remembered(lab, 'world', script)
  const log = openSync(paths(lab).log('world'), 'a')
  // A session of its own (detached): a Ctrl-C or the end of the terminal is not the end of the lab.
  const world = spawn(argv[0] ?? '', argv.slice(1), { env, detached: true, stdio: ['ignore', 'pipe', log] })
  closeSync(log)
  await new Promise<void>((resolve, reject) => {
    const failed = () =>
      reject(
        didNotStart(
          text('the connection between its nodes was lost', '節點之間的連線中斷'),
          logOf(lab, 'world'),
        ),
      )
    world.once('error', reject)
    world.once('exit', failed)
    world.stdout?.once('data', () => {
      world.off('exit', failed)
      resolve()
    })
  })
  world.stdout?.destroy()
  world.unref()
}

/** What world.sh is told, as its usage has it: networks, databases, networks beyond, nodes. */
const worldWords = (topology: Topology): string[] => [
  ...linksOf(topology).map(link => {
    const own = link.outside
      ? [macOn(link, link.outside.number), cidrOn(link, link.outside.number)]
      : ['', '']
    const { mac, cidr } = link.role === 'physical' ? markerOn(topology, link) : { mac: '', cidr: '' }
    return [link.name, link.mtuBytes, ...own, mac, cidr].join()
  }),
  '--',
  ...linksOf(topology).flatMap(link => {
    const database = databaseOn(link)
    return database ? [`${database.address}:${database.port}`] : []
  }),
  '--',
  ...linksOf(topology).flatMap(link => {
    const beyond = beyondOn(link)
    if (!beyond) return []
    const { serverCidr, routerCidr, port } = beyond
    return [[link.name, link.subnet, routerCidr, serverCidr, port].join()]
  }),
  '--',
  ...nodeNames(topology).map(node => [node, managementAddress(topology, node)].join()),
]

/** Switches a container on, with the disk it has or a fresh one. It is not ready yet when this resolves. */
export async function startContainer(
  lab: string,
  node: string,
  state: LabState,
  disk: 'fresh' | 'keep',
): Promise<void> {
  const { folder, log: logFile } = paths(lab)
  const world = String(firstOf(lab, 'world'))
  const withDisk = inWorld(lab, ['sh', file('disk.sh'), folder, node, disk])
  const links = linksOf(state.topology).map(link =>
    [link.name, link.mtuBytes, macOf(state.topology, node, link)].join(),
  )
  const script = ['sh', file('node.sh'), folder, node, state.image, world, ...links]
  const { argv, env } = remembered(lab, node, [...withDisk, ...UNSHARED, ...script])
  limitMemory(lab, nodeNames(state.topology).length)
  const log = openSync(logFile(node), 'a')
  const started = spawn(argv[0] ?? '', argv.slice(1), { env, detached: true, stdio: ['ignore', log, log] })
  closeSync(log)
  started.unref()
}

/** The last lines a part of the lab said, for an error's sentence. */
export function logOf(lab: string, part: string): string {
  try {
    return readFileSync(paths(lab).log(part), 'utf8').trim().split('\n').slice(-3).join(' / ')
  } catch {
    return ''
  }
}
