import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { paced } from '../testing/paced.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { databaseOn, linksOf, underlayAddress } from '../topology/topology.ts'
import { down } from './down.ts'
import { inWorld } from './enter.ts'
import { named, sh, whyNot } from './lab.testing.ts'
import { reset } from './reset.ts'
import { $ } from './shell.ts'
import { up } from './up.ts'

const why = await whyNot()
const LAB = 'e-traffic'
const quiet = () => {}
const topology = await loadTopology()
const central = underlayAddress(topology, topology.central)
const { address: outside, port } = linksOf(topology, 'physical').map(databaseOn)[0]!
const seconds = (usual: number) => Math.ceil(paced(usual))
const on = (node: string, script: string) => sh(LAB, node, script)
const script = join(import.meta.dirname, 'transfer.testing.py')

/** What a side says that got the whole megabyte made from `seed`. */
const got = (seed: string) => {
  const blob = createHash('shake256', { outputLength: 1 << 20 })
    .update(seed)
    .digest()
  return `1048576 ${createHash('md5').update(blob).digest('hex')}\n`
}
const python = `python3 - <<'END'\n${readFileSync(script, 'utf8')}\nEND\n`
/** The transfer in a network namespace of a node (or in the node's own, without a prefix). */
const transfer = (node: string, prefix: string, words: string) =>
  on(node, `${prefix} ${python.replace('python3 -', `python3 - ${words}`)}`)

describe.skipIf(why)(named('traffic in the embedded lab', why), () => {
  beforeAll(() => up(LAB, quiet))
  beforeEach(() => reset(LAB, quiet))
  afterAll(() => down(LAB, quiet))

  it('passes plain TCP both ways between the nodes', async () => {
    const [there, back] = await Promise.all([
      transfer('controller', '', `one ${central} listen`),
      transfer('hypervisor', '', `two ${central}`),
    ])
    expect([there.stdout, back.stdout]).toEqual([got('two'), got('one')])
  })

  it('passes TCP both ways through a localnet port, without Geneve, and to the physical network', async () => {
    await build({ localnet: true })
    const { done, geneve } = await hearing(betweenNamespaces)
    expect(done).toEqual([got('two'), got('one')])
    expect(geneve).toBe('')
    const [physical, virtual] = await Promise.all([
      $`${inWorld(LAB, ['python3', script, 'three', outside, 'listen'])}`,
      transfer('hypervisor', 'ip netns exec ns2', `two ${outside}`),
    ])
    expect([physical.stdout, virtual.stdout]).toEqual([got('two'), got('three')])
    const database = `psql -XAt 'postgresql://web@${outside}:${port}/shop?connect_timeout=${seconds(10)}'`
    const ask = (statement: string) => on('hypervisor', `ip netns exec ns2 ${database} -c "${statement}"`)
    expect((await ask('SELECT customer FROM orders WHERE id = 1')).stdout).toBe('Mei\n')
    expect((await ask('DELETE FROM orders')).stderr).toContain('permission denied')
  })

  it('passes TCP both ways through Geneve, which a capture on eth1 sees', async () => {
    await build({ localnet: false })
    const { done, geneve } = await hearing(betweenNamespaces)
    expect(done).toEqual([got('two'), got('one')])
    expect(geneve).toMatch(
      new RegExp(`${underlayAddress(topology, 'hypervisor')}\\.\\d+ > ${central}\\.6081: Geneve`),
    )
  })

  /** Does something while the controller's eth1 is listened to, from before its begin until after its end. */
  async function hearing<Result>(work: () => Promise<Result>): Promise<{ done: Result; geneve: string }> {
    const listen = `tcpdump -c 20 -ni eth1 udp port 6081 >/run/heard 2>/run/said &
      until grep -q 'listening on' /run/said; do sleep 0.05; done`
    await on('controller', listen)
    const done = await work()
    const stop = 'pkill -INT tcpdump; while pidof tcpdump >/dev/null; do sleep 0.05; done; cat /run/heard'
    return { done, geneve: (await on('controller', stop)).stdout.trim() }
  }

  async function betweenNamespaces(): Promise<string[]> {
    const [one, two] = await Promise.all([
      transfer('controller', 'ip netns exec ns1', 'one 192.168.10.100 listen'),
      transfer('hypervisor', 'ip netns exec ns2', 'two 192.168.10.100'),
    ])
    return [one.stdout, two.stdout]
  }

  /** One logical switch over both nodes, with a port for ns1 and ns2. */
  async function build({ localnet }: { localnet: boolean }): Promise<void> {
    const mapping = `ovs-vsctl add-br br-eth2; ovs-vsctl add-port br-eth2 eth2; ip link set eth2 up
      ovs-vsctl set Open_vSwitch . external-ids:ovn-bridge-mappings=flat0:br-eth2`
    const namespace = (name: string, last: number, mac: string) => `set -e
      ip netns add ${name}; ip link add veth-${name}-br type veth peer name eth0 netns ${name} address ${mac}
      ip -n ${name} addr add 192.168.10.${last}/24 dev eth0
      ip -n ${name} link set eth0 up; ip link set veth-${name}-br up
      ovs-vsctl add-port br-int veth-${name}-br -- set Interface veth-${name}-br external_ids:iface-id=ls0-${name}
      ${localnet ? mapping : ''}`
    const port = (name: string, address: string) =>
      `-- lsp-add ls0 ls0-${name} -- lsp-set-addresses ls0-${name} ${address}`
    const options = '-- lsp-set-type ls0-net localnet -- lsp-set-options ls0-net network_name=flat0'
    const made = [
      await on('controller', namespace('ns1', 100, '02:00:00:00:00:01')),
      await on('hypervisor', namespace('ns2', 200, '02:00:00:00:00:02')),
      await on(
        'controller',
        `set -e; ovn-nbctl ls-add ls0 ${port('ns1', '02:00:00:00:00:01')} ${port('ns2', '02:00:00:00:00:02')} \
          ${localnet ? `${port('net', 'unknown')} ${options}` : ''}
        for p in ls0-ns1 ls0-ns2; do ovn-nbctl --timeout=${seconds(20)} wait-until Logical_Switch_Port $p up=true; done
        ovn-nbctl --timeout=${seconds(20)} --wait=hv sync`,
      ),
    ]
    const fine = { code: 0, stderr: '' }
    expect(made).toMatchObject([fine, fine, fine])
  }
})
