import type { DefaultFlow, LogicalFlow, UnparsedMatch } from '../look/evidence.ts'

/** Rows of Logical_Flow in what `ovn-sbctl -f csv -d bare` prints: _uuid, external_ids, priority, match, actions, table. */
export function logicalFlowsFrom(printed: string): LogicalFlow[] {
  return csvRows(printed).flatMap(
    ([uuid = '', externalIds = '', priority, match = '', actions = '', table = '']) => {
      if (!/^[0-9a-f]{8}-/.test(uuid)) return []
      const idOf = (name: string) => new RegExp(`(?:^| )${name}=(\\S+)`).exec(externalIds)?.[1]
      const hint = idOf('stage-hint')
      return [
        {
          uuid: uuid.slice(0, 8),
          ...(table && { table }),
          stage: idOf('stage-name') ?? '',
          priority: Number(priority),
          match,
          actions,
          ...(hint && { hint }),
        },
      ]
    },
  )
}

/** The default flows of a datapath, in what is printed of their columns, and of the groups of datapaths they may stand for. */
export function defaultFlowsFrom(flows: string, groups: string, datapath: string): DefaultFlow[] {
  const own = csvRows(groups).flatMap(([uuid = '', members = '']) =>
    members.includes(datapath) ? [uuid] : [],
  )
  return csvRows(flows).flatMap(([uuid = '', externalIds = '', pipeline, tableId, ofOne, group = '']) =>
    ofOne === datapath || own.includes(group)
      ? [
          {
            uuid: uuid.slice(0, 8),
            stage: /(?:^| )stage-name=(\S+)/.exec(externalIds)?.[1] ?? '',
            pipeline: pipeline === 'egress' ? ('egress' as const) : ('ingress' as const),
            tableId: Number(tableId),
          },
        ]
      : [],
  )
}

/** ovn-trace(8) parses all rows of Logical_Flow before it looks at what it was asked, and warns of each that it cannot. */
export const unparsedFrom = (printed: string): UnparsedMatch[] =>
  [...printed.matchAll(/\|ovntrace\|WARN\|(.*): parsing expression failed \((.*)\)$/gm)].map(
    ([, match = '', why = '']) => ({ match, why }),
  )

/** RFC 4180: a field in quotes may hold commas, line breaks and doubled quotes. */
function csvRows(printed: string): string[][] {
  const rows: string[][] = [[]]
  for (const [, quoted, bare, end] of printed.matchAll(/(?:"((?:[^"]|"")*)"|([^",\n]*))(,|\n|$)/g)) {
    rows.at(-1)!.push(quoted?.replaceAll('""', '"') ?? bare ?? '')
    if (end === '\n') rows.push([])
    if (end === '') break
  }
  return rows
}
