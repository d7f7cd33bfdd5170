import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

/** Why tests with network namespaces of their own cannot run here; undefined where they can. */
export function whyNoNamespaces(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root'
  for (const tool of ['ip', 'tcpdump', 'ping', 'perl'])
    if (!['/usr/sbin', '/usr/bin', '/sbin', '/bin'].some(folder => existsSync(`${folder}/${tool}`)))
      return `no ${tool}`
  return undefined
}

const ip = (...words: string[]) => execFileSync('ip', words, { stdio: ['ignore', 'pipe', 'pipe'] })

/**
 * Two "nodes" of this host: namespaces joined by eth1 (192.168.33.10 and .20), and on the first one eth2, whose
 * other end is the namespace `inner` (192.168.10.100 there, .1 on the node). Names are unique to this process.
 */
export function makeNodes() {
  const tag = `t${process.pid.toString(36)}`
  const [a, b, inner] = [`${tag}-a`, `${tag}-b`, `${tag}-in`]
  for (const name of [a, b, inner]) ip('netns', 'add', name)
  ip('link', 'add', 'eth1', 'netns', a, 'type', 'veth', 'peer', 'name', 'eth1', 'netns', b)
  ip('link', 'add', 'eth2', 'netns', a, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', inner)
  const up = (netns: string, link: string, address: string) => {
    ip('-n', netns, 'address', 'add', address, 'dev', link)
    ip('-n', netns, 'link', 'set', link, 'up')
  }
  up(a, 'eth1', '192.168.33.10/24')
  up(b, 'eth1', '192.168.33.20/24')
  up(a, 'eth2', '192.168.10.1/24')
  up(inner, 'eth0', '192.168.10.100/24')
  return {
    a,
    b,
    inner,
    ip,
    /** Runs a program inside one of them. */
    inside: (netns: string, ...argv: string[]) => execFileSync('ip', ['netns', 'exec', netns, ...argv]),
    /** The names of the programs that run inside one of them. */
    programsIn(netns: string): string[] {
      const pids = ip('netns', 'pids', netns).toString().split('\n').filter(Boolean)
      const listed = pids.length > 0 ? spawnSync('ps', ['-o', 'comm=', '-p', pids.join()]).stdout : ''
      return listed.toString().split('\n').filter(Boolean)
    },
    remove() {
      for (const name of [a, b, inner]) ip('netns', 'delete', name)
    },
  }
}
