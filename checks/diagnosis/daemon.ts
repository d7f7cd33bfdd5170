import type { Lab } from '../../harness/look/lab.ts'
import { text } from '../../harness/say/text.ts'
import { on } from '../phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** The daemon does not run on the node: what it should have done has not been done. */
export async function notRunning(lab: Lab, node: string, daemon: string): Promise<BrokenLink | undefined> {
  const { daemons, paused } = await lab.kernel(node)
  if (daemons.includes(daemon)) return undefined
  if (paused?.includes(daemon))
    return {
      where: `${node} · ${daemon}`,
      saw: pausedOn(node, daemon),
      tryThis: on(node, `ps -C ${daemon} -o pid,stat,args   # T: stopped`),
      cause: 'daemon-paused',
    }
  return {
    where: `${node} · ${daemon}`,
    saw: text(`${daemon} does not run on ${node}`, `${node} 上沒有執行 ${daemon}`),
    tryThis: on(node, `systemctl status ${daemon}`),
    cause: 'daemon-stopped',
  }
}

/** The words for a daemon that is there, but was told to stop (signal(7), SIGSTOP). */
export const pausedOn = (node: string, daemon: string) =>
  text(
    `${daemon} on ${node} was told to stop (SIGSTOP), so it is there but does nothing`,
    `${node} 上的 ${daemon} 被暫停了（SIGSTOP），程序還在，但什麼都不做`,
  )
