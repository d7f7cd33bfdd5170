import type { Lab } from '../../harness/look/lab.ts'
import { text } from '../../harness/say/text.ts'
import { on } from '../phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** The daemon does not run on the node: what it should have done has not been done. */
export async function notRunning(lab: Lab, node: string, daemon: string): Promise<BrokenLink | undefined> {
  const { daemons } = await lab.kernel(node)
  if (daemons.includes(daemon)) return undefined
  return {
    where: `${node} · ${daemon}`,
    saw: text(`${daemon} does not run on ${node}`, `${node} 上沒有執行 ${daemon}`),
    tryThis: on(node, `systemctl status ${daemon}`),
    cause: 'daemon-stopped',
  }
}
