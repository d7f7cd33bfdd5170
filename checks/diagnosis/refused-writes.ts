import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { list, on } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'

/**
 * The southbound database lets ovn-controller connect and read, but takes nothing from it: the row of the connection has a role, which
 * only a client with a certificate can have (ovn-sb(5), Connection, role; ovsdb-server(7), RBAC), or it is read_only.
 */
export const writesRefused = async (lab: Lab): Promise<BrokenLink | undefined> =>
  (await refusedByRow(lab)) ?? isBackup(lab)

/** It was made the backup of another server, and takes changes from nobody else (ovsdb-server(1), "Active and Backup"). */
async function isBackup(lab: Lab): Promise<BrokenLink | undefined> {
  const central = await unlessBlind(lab.central())
  const copies =
    central === undefined ? undefined : (await unlessBlind(lab.daemon(central, 'ovn-northd')))?.copies
  if (central === undefined || copies === undefined) return undefined
  const whose = copies === 'nobody' ? text('another server', '另一台伺服器') : text(copies, ` ${copies} `)
  return {
    where: `${central} · ovsdb-server`,
    saw: text(
      `the southbound database on ${central} was made the backup of ${whose.en}, so it refuses what ovn-controller writes`,
      `${central} 上的 southbound 資料庫被設成${whose['zh-TW']}的備份（backup），所以拒絕 ovn-controller 寫入的變更`,
    ),
    tryThis: on(central, 'sudo ovn-appctl -t /run/ovn/ovnsb_db.ctl ovsdb-server/sync-status'),
    cause: 'database-backup',
  }
}

async function refusedByRow(lab: Lab): Promise<BrokenLink | undefined> {
  const { Connection = [] } = (await unlessBlind(lab.tables('OVN_Southbound'))) ?? {}
  const open = Connection.filter(({ target }) => String(target).startsWith('ptcp:'))
  const isRefusing = ({ role, read_only }: Record<string, unknown>) => read_only === true || Boolean(role)
  // Where there is another way in, nobody knows which one is used.
  if (open.length === 0 || !open.every(isRefusing)) return undefined
  const targets = list(open.map(({ target }) => String(target)))
  const column = open.some(({ role }) => Boolean(role)) ? 'role' : 'read_only'
  const value = String(open.find(row => Boolean(row[column]))![column])
  return {
    where: `OVN_Southbound · Connection · ${column}`,
    saw: text(
      `the southbound database takes no changes by ${targets.en}: its row of Connection has ${column} = ${value}`,
      `southbound 資料庫不接受經由 ${targets['zh-TW']} 的變更：Connection 的資料列設定了 ${column} = ${value}`,
    ),
    tryThis: 'sudo ovn-sbctl list Connection',
  }
}
