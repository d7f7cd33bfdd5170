import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../core/checkout.ts'
import { hierarchies } from './cgroup.ts'
import { onNode } from './enter.ts'
import { canRunHere } from './host.ts'
import { paths } from './names.ts'
import { isRoot } from './privilege.ts'
import { processesOf } from './processes.ts'
import { $ } from './shell.ts'
import type { ProviderName } from './state.ts'

/** What a real test needs around a lab: a command line of ours, commands on its nodes, and what it left on the host. */

export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** Runs `ovn-lab …` as a user would; `during` may do something to the running process. */
export function ovnLab(
  words: string[],
  during?: (pid: number, heard: () => string) => void,
  input = '',
): Promise<Ended> {
  const child = spawn(process.execPath, [join(checkout, 'harness/ovn-lab.mjs'), ...words], {
    env: { ...process.env, LC_ALL: 'C' },
    detached: true,
  })
  const ended: Ended = { code: null, stdout: '', stderr: '' }
  child.stdout.on('data', (data: Buffer) => {
    ended.stdout += data
    during?.(child.pid ?? 0, () => ended.stdout)
  })
  child.stderr.on('data', (data: Buffer) => {
    ended.stderr += data
  })
  child.stdin.end(input)
  return new Promise(resolve => child.once('close', code => resolve({ ...ended, code })))
}

/** Runs a shell script on a node as root; returns what it said and its exit code. */
export async function sh(lab: string, node: string, script: string): Promise<Ended> {
  const ran = await $`${onNode(lab, node, ['bash', '-c', script])}`.nothrow()
  return { code: ran.exitCode, stdout: ran.stdout, stderr: ran.stderr }
}

/** Network namespaces of a lab's processes, by the kernel's number. */
export const netnsOf = (lab: string): string[] =>
  [...new Set(processesOf(lab).map(pid => netnsOfProcess(String(pid))))]
    .filter(name => name !== undefined)
    // One that is just being started is still in ours.
    .filter(name => name !== netnsOfProcess('self'))

function netnsOfProcess(pid: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/ns/net`)
  } catch {
    return undefined
  }
}

/** Everything on this machine that still bears the name of a lab, or lives in one of its network namespaces. */
export function tracesOf(lab: string, netns: string[] = []): string[] {
  const folder = `/run/ovn-lab/${lab}`
  const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
  const processes = pids.flatMap(pid => {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      const mounts = readFileSync(`/proc/${pid}/mounts`, 'utf8')
      const isOurs = command.includes(`${folder} `) || command.includes(`${folder}/`)
      const isInside = mounts.includes(`${folder}/`) || netns.includes(netnsOfProcess(pid) ?? '')
      return isOurs || isInside ? [`process ${pid} ${command}`] : []
    } catch {
      return []
    }
  })
  const places = [folder, paths(lab).disks, ...hierarchies().map(mount => join(mount, 'ovn-lab', lab))]
  const mounts = readFileSync('/proc/self/mounts', 'utf8').split('\n')
  return [
    ...processes,
    ...places.filter(place => existsSync(place)),
    ...mounts.filter(line => line.includes(`${folder}/`)),
  ]
}

/**
 * What no lab may change on the host: its links with their addresses, routes, forwarding, and what systemd-nspawn
 * would leave under /run. Without veth pairs: other tests make some at the same time.
 */
export async function hostAsItIs(): Promise<string> {
  const [links, addresses, routes] = await Promise.all([$`ip -o link`, $`ip -o addr`, $`ip route`])
  const lasting = (lines: string[]) => lines.filter(line => !/\bveth/.test(line)).join('\n')
  const names = (folder: string) => (existsSync(folder) ? readdirSync(folder).sort().join(' ') : 'none')
  return [
    lasting(links.stdout.split('\n')),
    lasting(addresses.stdout.split('\n').map(line => line.replace(/valid_lft.*$/, ''))),
    routes.stdout,
    readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8'),
    names('/run/systemd'),
    names('/run/systemd/nspawn'),
  ].join('\n')
}

/** Why the real tests cannot run here, or undefined. */
export async function whyNot(provider?: ProviderName): Promise<string | undefined> {
  const can = await canRunHere(provider)
  if (!can.ok) return can.reason.en
  return isRoot() ? undefined : 'The real tests of the embedded lab need root.'
}

/** The name of a group of tests, with the reason where it is skipped. */
export const named = (name: string, why: string | undefined): string =>
  why === undefined ? name : `${name} (skipped: ${why})`
