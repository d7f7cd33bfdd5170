import { type Text, text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { andThen, on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import { notRunning } from './daemon.ts'

/** ovn-northd runs, but says itself that it does nothing at present (ovn-northd(8), "RUNTIME MANAGEMENT COMMANDS"). */
export async function northdIdle(lab: Lab): Promise<BrokenLink | undefined> {
  const central = await unlessBlind(lab.central('OVN_Northbound'))
  if (central === undefined) return undefined
  const { status, southbound, northbound } = (await unlessBlind(lab.daemon(central, 'ovn-northd'))) ?? {}
  if (status === 'standby' && southbound === 'not connected')
    return unconnected(
      central,
      'sb',
      text('southbound database, so it writes nothing there', 'southbound 資料庫，所以不會把任何東西寫進去'),
    )
  if (status === 'active' && northbound === 'not connected')
    return unconnected(
      central,
      'nb',
      text('northbound database, so it reads nothing there', 'northbound 資料庫，所以讀不到那裡的任何東西'),
    )
  if (status === 'standby' && !(await isActiveBeside(lab, central)))
    return {
      where: `${central} · ovn-northd`,
      saw: text(
        `ovn-northd runs on ${central}, but its status is standby, so it writes nothing to the southbound database: another program holds the lock ovn_northd there`,
        `${central} 上的 ovn-northd 正在執行，但狀態是 standby，所以不會把任何東西寫進 southbound 資料庫：那裡的鎖 ovn_northd 在別的程式手上`,
      ),
      tryThis: on(central, 'sudo ovn-appctl -t ovn-northd status; ps -ef | grep ovn_northd; sudo ss -xp'),
      cause: 'northd-standby',
    }
  if (status !== 'paused') return undefined
  return {
    where: `${central} · ovn-northd`,
    saw: text(
      `ovn-northd runs on ${central}, but its status is ${status}, so it writes nothing to the southbound database`,
      `${central} 上的 ovn-northd 正在執行，但狀態是 ${status}，所以不會把任何東西寫進 southbound 資料庫`,
    ),
    tryThis: on(central, 'sudo ovn-appctl -t ovn-northd status'),
    cause: 'northd-idle',
  }
}

/** It runs, but was started with the address of a database that it cannot connect to (ovn-northd(8), --ovnnb-db, --ovnsb-db). */
const unconnected = (central: string, database: 'nb' | 'sb', what: Text): BrokenLink => ({
  where: `${central} · ovn-northd`,
  saw: text(
    `ovn-northd runs on ${central}, but it is not connected to the ${what.en}`,
    `${central} 上的 ovn-northd 正在執行，但沒有連上 ${what['zh-TW']}`,
  ),
  tryThis: on(
    central,
    `sudo ovn-appctl -t ovn-northd ${database}-connection-status; ps -C ovn-northd -o args`,
  ),
})

/** Of several ovn-northd one is active, on whichever node, and it does the work of those that stand by (ovn-northd(8), Active-Standby). */
async function isActiveBeside(lab: Lab, central: string): Promise<boolean> {
  const others = lab.nodes.filter(node => node !== central)
  const asked = await Promise.all(others.map(node => unlessBlind(lab.daemon(node, 'ovn-northd'))))
  return asked.some(facts => facts?.status === 'active')
}

/** Why the southbound database does not follow the northbound one: nobody carries anything south. */
export async function northdAbsent(lab: Lab): Promise<BrokenLink | undefined> {
  const idle = await northdIdle(lab)
  const central = await unlessBlind(lab.central('OVN_Northbound'))
  return idle ?? (central === undefined ? undefined : notRunning(lab, central, 'ovn-northd'))
}

/** What the southbound database lacks, and why where ovn-northd is the reason. */
export async function notCarried(lab: Lab, lacking: BrokenLink): Promise<BrokenLink> {
  const absent = await northdAbsent(lab)
  return absent ? { ...absent, saw: andThen(absent.saw, lacking.saw) } : lacking
}
