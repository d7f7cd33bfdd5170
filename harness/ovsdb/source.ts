import { CannotLook } from '../core/errors.ts'
import type { DatabaseName } from '../core/rows.ts'
import { type Text, text } from '../core/text.ts'
import { MAX_MESSAGE_BYTES, TooLarge } from './frames.ts'

/** A database of one node, as sentences speak of it. */
export interface Source {
  node: string
  database: DatabaseName
}

const TITLES: Record<DatabaseName, Text> = {
  OVN_Northbound: text('OVN northbound database', 'OVN northbound 資料庫'),
  OVN_Southbound: text('OVN southbound database', 'OVN southbound 資料庫'),
  Open_vSwitch: text('Open vSwitch database', 'Open vSwitch 資料庫'),
}

const about = ({ node, database }: Source) => {
  const unit = database === 'Open_vSwitch' ? 'openvswitch-switch' : 'ovn-central'
  return { where: `${node} · ${database}`, help: `systemctl status ${unit}   # on ${node}` }
}

/** The server cannot be talked to: not running, no socket, gone, too slow. */
export function noAnswer(source: Source, why: Text, cause?: unknown): CannotLook {
  const { node, database } = source
  const title = TITLES[database]
  return new CannotLook(
    text(
      `the ${title.en} on ${node} does not answer: ${why.en}`,
      `${node} 上的 ${title['zh-TW']}沒有回應：${why['zh-TW']}`,
    ),
    { ...about(source), cause },
  )
}

/** The server talks, but not as RFC 7047 says; `cause` is TooLarge, Malformed or whatever reading it threw. */
export function badAnswer(source: Source, cause: unknown): CannotLook {
  const { node, database } = source
  const title = TITLES[database]
  const mib = MAX_MESSAGE_BYTES / 2 ** 20
  const why =
    cause instanceof TooLarge
      ? text(`the answer is larger than ${mib} MiB`, `回應超過 ${mib} MiB`)
      : text('the answer is malformed', '回應的格式不正確')
  return new CannotLook(
    text(
      `the ${title.en} on ${node} cannot be read: ${why.en}`,
      `無法讀取 ${node} 上的 ${title['zh-TW']}：${why['zh-TW']}`,
    ),
    { ...about(source), cause },
  )
}

export const ENDED = text('the connection ended', '連線已中斷')
export const CUT_SHORT = text('the connection ended in the middle of an answer', '連線在回應中途中斷')
export const CLOSED = text('the checker closed the connection', '連線已由檢查程式關閉')
/** It took the connection and says nothing: whether it was told to stop (signal(7), SIGSTOP) its state says. */
export const tooLate = (source: Source, deadlineMs: number): CannotLook => {
  const seconds = Math.round(deadlineMs / 10) / 100
  const late = noAnswer(source, text(`no answer within ${seconds} s`, `${seconds} 秒內沒有回應`))
  return new CannotLook(late.reason, {
    where: about(source).where,
    help: `ps -C ovsdb-server -o pid,stat,wchan:20,args   # on ${source.node}; T: stopped (SIGSTOP)`,
  })
}
