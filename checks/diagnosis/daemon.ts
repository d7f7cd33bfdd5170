import { CannotLook } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { andThen, on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** The daemon does not run on the node: what it should have done has not been done. */
export async function notRunning(lab: Lab, node: string, daemon: string): Promise<BrokenLink | undefined> {
  const { daemons, paused, impostors } = await lab.kernel(node)
  if (daemons.includes(daemon)) return undefined
  if (paused?.includes(daemon))
    return {
      where: `${node} · ${daemon}`,
      saw: pausedOn(node, daemon),
      tryThis: on(
        node,
        `ps -C ${daemon} -o pid,stat,wchan:20,cgroup   # T: stopped; otherwise see cgroup.events: frozen 1`,
      ),
      cause: 'daemon-paused',
    }
  return {
    where: `${node} · ${daemon}`,
    saw: stoppedOn(node, daemon, impostors?.[daemon]),
    tryThis: on(node, `systemctl status ${daemon}`),
    cause: 'daemon-stopped',
  }
}

/** The daemon runs in a network namespace other than its node's (systemd.exec(5), PrivateNetwork; network_namespaces(7)): `saw`, what it lacks there. */
export async function runsElsewhere(
  lab: Lab,
  node: string,
  daemon: string,
  saw: Text,
): Promise<BrokenLink | undefined> {
  if (!(await unlessBlind(lab.kernel(node)))?.elsewhere?.includes(daemon)) return undefined
  return {
    where: `${node} · ${daemon}`,
    saw: andThen(
      text(
        `${daemon} of ${node} runs in another network namespace, where it has none of the interfaces of the node`,
        `${node} 的 ${daemon} 在另一個 network namespace 裡執行，那裡沒有這個節點的任何介面`,
      ),
      saw,
    ),
    tryThis: on(
      node,
      `sudo ls -l /proc/1/ns/net /proc/$(pidof -s ${daemon})/ns/net; systemctl cat ${daemon}`,
    ),
    cause: 'daemon-elsewhere',
  }
}

/** A daemon that is among the processes of a node, but did not say a word, not even that it is there. */
export async function silent(lab: Lab, node: string, daemon: string): Promise<BrokenLink | undefined> {
  const { answers, datapath } = await lab.kernel(node)
  if (answers?.[daemon] || (daemon === 'ovs-vswitchd' && datapath)) return undefined
  const question =
    daemon === 'ovs-vswitchd' ? 'sudo ovs-appctl dpif/show' : `sudo ovn-appctl -t ${daemon} version`
  return {
    where: `${node} · ${daemon}`,
    saw: text(
      `${daemon} is a running process on ${node}, but does not answer`,
      `${node} 上看得到 ${daemon} 的程序，但它沒有回應`,
    ),
    tryThis: on(node, question),
    cause: 'daemon-silent',
  }
}

/** CannotLook where a daemon is silent. */
export async function mustAnswer(lab: Lab, node: string, daemon: string): Promise<void> {
  const found = await silent(lab, node, daemon)
  if (found) throw new CannotLook(found.saw, { where: found.where, help: found.tryThis })
}

/** The words for a daemon that is there, but was told to stop (signal(7), SIGSTOP), or is frozen (cgroups(7)). */
export const pausedOn = (node: string, daemon: string) =>
  text(
    `${daemon} on ${node} is paused (SIGSTOP, or a frozen cgroup): the process exists, but does nothing`,
    `${node} 上的 ${daemon} 被暫停了（SIGSTOP 或 cgroup 被凍結），程序還在，但什麼都不做`,
  )

/** The words for one that is not there; `file`: what a process of its name is executed from. */
export const stoppedOn = (node: string, daemon: string, file?: string) =>
  file === undefined
    ? text(`${daemon} does not run on ${node}`, `${node} 上沒有執行 ${daemon}`)
    : text(
        `${daemon} does not run on ${node}; the process of that name executes ${file}`,
        `${node} 上沒有執行 ${daemon}；同名的那個程序執行的是 ${file}`,
      )
