import { existsSync } from 'node:fs'
import { basename, dirname, relative } from 'node:path'
import { joined, type Lang, same, type Text, text } from '../core/text.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { hostAndPort } from '../ssh/address.ts'
import { cleanLine } from '../tell/clean.ts'
import { tableLines, wrap } from '../tell/columns.ts'
import { type ClassPins, pinHostKeys } from './pin-host-keys.ts'
import type { Roster, Student } from './roster.ts'

/** A longer name would push what stands beside it out of sight. */
const NAME_COLUMNS_MAX = 32

/**
 * A roster as it would be graded, for the screen: a line for each student, and one more for each further machine, with
 * how it is reached and where its host key is pinned, and whether a key or a folder that it names is there. Reads the
 * lock file, and reaches no machine. Throws BadCall where the lock file is damaged.
 */
export function listRoster(roster: Roster, lang: Lang): string {
  const pins = pinHostKeys(roster, { isStrict: true })
  const rows = [HEADINGS, ...roster.students.flatMap(student => rowsOf(student, roster, pins))].map(row =>
    row.map(cell => cell[lang]),
  )
  return `${[cleanLine(titleOf(roster)[lang]), '', ...tableLines(rows)].join('\n')}\n`
}

const HEADINGS: Text[] = [
  text('id', 'id'),
  text('name', '姓名'),
  text('how reached', '連線方式'),
  text('host key', '主機金鑰'),
]

function titleOf({ students, lessons }: Roster): Text {
  const count = students.length
  const who = text(count === 1 ? '1 student' : `${count} students`, `${count} 位學生`)
  if (lessons.length === 0) return joined([who, text('no lesson named', '沒有指定課程')], text(' · ', ' · '))
  return joined([who, joined(lessons)], text(' · ', ' · '))
}

/** Where nobody looks at a host key of ours: a lab of this computer, or commands that were handed in. */
const NO_KEY = same('–')

function rowsOf({ id, name, work }: Student, { file }: Roster, pins: ClassPins): Text[][] {
  const who = [same(id), same(shortened(cleanLine(name)))]
  if (work.kind === 'lab') return [[...who, text(`lab ${work.lab}`, `實驗環境 ${work.lab}`), NO_KEY]]
  if (work.kind === 'submission') {
    const folder = cleanLine(relative(dirname(file), work.folder))
    return [[...who, marked(text(`commands in ${folder}`, `${folder} 裡的指令`), work.folder), NO_KEY]]
  }
  return Object.entries(work.nodes).map(([node, address], index) => [
    ...(index === 0 ? who : who.map(() => same(''))),
    howReached(node, address),
    pinOf(address, pins),
  ])
}

function shortened(name: string): string {
  const [first = '', ...more] = wrap(name, NAME_COLUMNS_MAX, 'en')
  return more.length > 0 ? `${first}…` : first
}

/** What is named by a path, and that nothing is there where nothing is. */
const marked = (named: Text, path: string): Text =>
  existsSync(path) ? named : text(`${named.en} (missing)`, `${named['zh-TW']}（找不到）`)

/** Of files and programs only their names: arguments may hold secrets. */
function howReached(node: string, address: NodeAddress): Text {
  const { user, identityFile, proxyCommand, jump } = address
  const via = (hop: NodeAddress): Text => {
    const at = `${hop.user}@${hostAndPort(hop)}`
    const before = hop.jump && via(hop.jump)
    return before ? text(`${at} via ${before.en}`, `${at}，經由 ${before['zh-TW']}`) : same(at)
  }
  const file = basename(identityFile ?? '')
  const program = basename(proxyCommand?.[0] ?? '')
  const parts = [
    same(`${node}: ${user}@${hostAndPort(address)}`),
    identityFile && marked(text(`key ${file}`, `金鑰 ${file}`), identityFile),
    proxyCommand && text(`through ${program}`, `透過 ${program}`),
    jump && text(`via ${via(jump).en}`, `經由 ${via(jump)['zh-TW']}`),
  ].filter(part => typeof part === 'object')
  const { en, 'zh-TW': zhTW } = joined(parts, text(', ', '，'))
  return text(cleanLine(en), cleanLine(zhTW))
}

const PINNED: Record<'roster' | 'lock', Text> = {
  roster: text('in the roster', '在名單裡'),
  lock: text('in the lock file', '在 lock 檔裡'),
}

/** A machine counts as pinned where all hops to it are. */
function pinOf(address: NodeAddress, pins: ClassPins): Text {
  const where = pins.where(address)
  const isHopPinned = address.jump === undefined || pins.where(address.jump) !== undefined
  if (where === undefined && address.knownHostsFile !== undefined)
    return text(`by ${basename(address.knownHostsFile)}`, `依 ${basename(address.knownHostsFile)}`)
  if (where === undefined) return text('not pinned', '沒有釘選')
  return isHopPinned
    ? PINNED[where]
    : text(`${PINNED[where].en}; jump host not pinned`, `${PINNED[where]['zh-TW']}；跳板主機沒有釘選`)
}
