import { CENTRAL, type Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { text } from '../../harness/say/text.ts'
import { on } from '../phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/** ovn-northd runs, but says itself that it does nothing at present (ovn-northd(8), "RUNTIME MANAGEMENT COMMANDS"). */
export async function northdIdle(lab: Lab): Promise<BrokenLink | undefined> {
  const status = (await unlessBlind(lab.daemon(CENTRAL, 'ovn-northd')))?.status
  if (status !== 'paused' && status !== 'standby') return undefined
  return {
    where: `${CENTRAL} · ovn-northd`,
    saw: text(
      `ovn-northd runs on ${CENTRAL}, but its status is ${status}, so it writes nothing to the southbound database`,
      `${CENTRAL} 上的 ovn-northd 執行中，但狀態是 ${status}，所以不會把任何東西寫進 southbound 資料庫`,
    ),
    tryThis: on(CENTRAL, 'sudo ovn-appctl -t ovn-northd status'),
    cause: 'northd-idle',
  }
}
