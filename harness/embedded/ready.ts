import { connect } from 'node:net'
import { setTimeout as pause } from 'node:timers/promises'
import { text } from '../say/text.ts'
import { initOf, onNode } from './enter.ts'
import { NODE_NAMES, type NodeName, paths } from './names.ts'
import { didNotStart } from './sentences.ts'
import { $ } from './shell.ts'
import { logOf } from './start.ts'

/** A boot that took this long does not come any more. Seen: 2 s; slow machines get their time. */
const PATIENCE_MS = 60_000

/**
 * Resolves when a learner can begin: both chassis are registered in the southbound database, northd is at work,
 * and the sshd of both nodes answers. Rejects with CannotLook, which names what is missing.
 */
export async function waitReady(lab: string, signal: AbortSignal): Promise<void> {
  const deadline = AbortSignal.any([signal, AbortSignal.timeout(PATIENCE_MS)])
  await Promise.all([
    ...NODE_NAMES.map(node => sshdAnswers(lab, node, deadline)),
    chassisAreRegistered(lab, deadline),
  ])
}

/** Until the first bytes of sshd's greeting come through the node's socket. */
async function sshdAnswers(lab: string, node: NodeName, deadline: AbortSignal): Promise<void> {
  while (!(await greeting(paths(lab).socket(node)))) {
    if (deadline.aborted)
      throw didNotStart(text(`sshd of ${node} is silent`, `${node} 的 sshd 沒有回應`), logOf(lab, node))
    await pause(25)
  }
}

const greeting = (path: string): Promise<boolean> =>
  new Promise(resolve => {
    const socket = connect(path)
    const end = (heard: boolean) => {
      socket.destroy()
      resolve(heard)
    }
    socket.once('data', data => end(data.toString().startsWith('SSH-2.0')))
    socket.once('error', () => end(false))
    socket.once('close', () => end(false))
  })

/** The southbound server itself waits for the rows (RFC 7047 §5.2.6), so that we hear of them at once. */
async function chassisAreRegistered(lab: string, deadline: AbortSignal): Promise<void> {
  while (initOf(lab, 'controller') === undefined) {
    if (deadline.aborted)
      throw didNotStart(text('the controller does not boot', 'controller 沒有開機'), logOf(lab, 'controller'))
    await pause(10)
  }
  const rows = NODE_NAMES.map(hostname => ({
    op: 'wait',
    table: 'Chassis',
    timeout: PATIENCE_MS,
    where: [['hostname', '==', hostname]],
    columns: ['hostname'],
    until: '==',
    rows: [{ hostname }],
  }))
  const transaction = JSON.stringify(['OVN_Southbound', ...rows])
  const wait = `until [ -S /run/ovn/ovnsb_db.sock ] && [ -S /run/ovn/ovnnb_db.sock ] && [ -e /run/ovn/ovn-northd.pid ]
    do sleep 0.02; done
    exec ovsdb-client transact unix:/run/ovn/ovnsb_db.sock "$0"`
  const answer = await $({
    signal: deadline,
  })`${onNode(lab, 'controller', ['sh', '-c', wait, transaction])}`.nothrow()
  if (answer.exitCode !== 0 || answer.stdout.includes('"error"'))
    throw didNotStart(
      text('the chassis did not register in the southbound database', 'chassis 沒有登錄到 southbound 資料庫'),
      `${answer.stdout}${answer.stderr}`.trim(),
    )
}
