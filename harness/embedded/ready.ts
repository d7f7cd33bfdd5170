import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { deadlineOf } from '../core/deadline.ts'
import { pacedTimer } from '../core/pace.ts'
import { text } from '../core/text.ts'
import { nodeNames, type Topology } from '../topology/topology.ts'
import { initOf, onNode } from './enter.ts'
import { paths } from './names.ts'
import { didNotStart } from './sentences.ts'
import { $ } from './shell.ts'
import { logOf } from './start.ts'
import { stateOf } from './state.ts'

/** A boot that took this long, on a machine of usual speed, does not come any more. Seen: 2 s; 50 s of an emulated machine. */
const PATIENCE_MS = 120_000
const EMULATED_PATIENCE_MS = 600_000

/**
 * Resolves when a learner can begin: all chassis are registered in the southbound database, northd is at work,
 * and the sshd of each node answers. Rejects with CannotLook, which names what is missing.
 */
export async function waitReady(lab: string, signal: AbortSignal): Promise<void> {
  const { topology, accelerator, provider } = stateOf(lab)
  const nodes = nodeNames(topology)
  const patienceMs = accelerator === 'tcg' ? EMULATED_PATIENCE_MS : PATIENCE_MS
  using clock = deadlineOf(signal, patienceMs, pacedTimer)
  const deadline = clock.signal
  const greetings = nodes.map(node => sshdAnswers(lab, node, deadline))
  // A virtual machine is entered over ssh.
  const isEnterable = provider === 'qemu' ? Promise.all(greetings) : isOn(lab, topology.central, deadline)
  await Promise.all([...greetings, isEnterable.then(() => chassisAreRegistered(lab, topology, deadline))])
}

/** Until the first bytes of sshd's greeting come through the node's socket. */
async function sshdAnswers(lab: string, node: string, deadline: AbortSignal): Promise<void> {
  const startedAt = performance.now()
  const knockMs = () => Math.max(1000, (performance.now() - startedAt) / 4)
  while (!(await isGreeted(paths(lab).socket(node), knockMs()))) {
    if (deadline.aborted)
      throw didNotStart(
        text(`sshd of ${node} does not answer`, `${node} 的 sshd 沒有回應`),
        await saidBy(lab, node),
      )
    await pause(25)
  }
}

const isGreeted = (path: string, knockMs: number): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(path)
    const end = (isHeard: boolean) => {
      socket.destroy()
      resolve(isHeard)
    }
    // A connection to a link that is just being set up may hang; the next one will not. They are given longer and
    // longer: a slow machine would be kept busy with those that were given up a moment before sshd had its greeting.
    socket.setTimeout(knockMs, () => end(false))
    socket.once('data', data => end(data.toString().startsWith('SSH-2.0')))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
  })

const MISSING = text('the chassis are not in the southbound database', 'southbound 資料庫裡沒有 chassis')

/** Until a node is switched on. */
async function isOn(lab: string, node: string, deadline: AbortSignal): Promise<void> {
  while (initOf(lab, node) === undefined) {
    if (deadline.aborted) throw didNotStart(MISSING, await saidBy(lab, node))
    await pause(20)
  }
}

/** The southbound server itself waits for the rows (RFC 7047 §5.2.6), so that we hear of them at once. */
async function chassisAreRegistered(lab: string, topology: Topology, deadline: AbortSignal): Promise<void> {
  const nodes = nodeNames(topology)
  const rows = nodes.map(hostname => ({
    op: 'wait',
    table: 'Chassis',
    where: [['hostname', '==', hostname]],
    columns: ['hostname'],
    until: '==',
    rows: [{ hostname }],
  }))
  const transaction = JSON.stringify(['OVN_Southbound', ...rows])
  // A pause that starts no process: an emulated machine has better things to do.
  const wait = `exec 9<> <(:)
    until [ -S /run/ovn/ovnsb_db.sock ] && [ -S /run/ovn/ovnnb_db.sock ] && [ -e /run/ovn/ovn-northd.pid ]
    do read -rt 0.02 -u 9 || :; done
    exec ovsdb-client transact unix:/run/ovn/ovnsb_db.sock "$0"`
  const asking = onNode(lab, topology.central, ['bash', '-c', wait, transaction])
  const answer = await $({ signal: deadline, nothrow: true })`${asking}`
  if (answer.exitCode === 0 && !answer.stdout.includes('"error"')) return
  const said = await Promise.all(nodes.map(node => saidBy(lab, node)))
  throw didNotStart(MISSING, said.join(' / '))
}

/** What a node has to say about a start that failed: its failed services, else the last words of its console. */
async function saidBy(lab: string, node: string): Promise<string> {
  if (initOf(lab, node) === undefined) return `${node}: ${logOf(lab, node) || 'off'}`
  const list = ['timeout', '5', 'systemctl', 'list-units', '--failed', '--plain', '--no-legend']
  const failed = await $`${onNode(lab, node, list)}`.nothrow()
  return `${node}: ${failed.lines().join('; ') || logOf(lab, node) || 'no service failed'}`
}
