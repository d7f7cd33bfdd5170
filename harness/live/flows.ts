import type { Flow, PortFlags, TraceSeen } from '../look/evidence.ts'

const digitsOf = (cookie: string | undefined) => cookie?.replace(/^0+(?=.)/, '') ?? '0'

/** Flows in what `ovs-ofctl dump-flows` prints, with or without statistics; lines that are no flow are left out. */
export function flowsFrom(printed: string): Flow[] {
  return printed.split('\n').flatMap(line => {
    const found = /^\s*(\S.*?)\s*actions=(.*)$/.exec(line)
    if (!found) return []
    const fields = found[1]!.split(/,\s*/).filter(Boolean)
    const fieldOf = (name: string) =>
      fields.find(field => field.startsWith(`${name}=`))?.slice(name.length + 1)
    const match = fields.filter(
      field => !/^(cookie|table|priority|duration|n_packets|n_bytes|\w+_age)=/.test(field),
    )
    return [
      {
        table: Number(fieldOf('table') ?? 0),
        // ovs-ofctl leaves out the default priority, which is this one (ovs-ofctl(8)).
        priority: Number(fieldOf('priority') ?? 32768),
        cookie: digitsOf(fieldOf('cookie')?.replace(/^0x/, '')),
        match: match.join(','),
        actions: found[2]!.trim(),
      },
    ]
  })
}

/** What each port was told not to do, in what `ovs-ofctl dump-ports-desc` prints. */
export function portFlagsFrom(printed: string): PortFlags {
  const ports = [...printed.matchAll(/^ *\w+\((.+)\): addr:.*\n +config: +(.*)$/gm)]
  return Object.fromEntries(ports.map(([, name, flags]) => [name, flags === '0' ? [] : flags!.split(' ')]))
}

/** The steps in what `ofproto/trace` prints. Steps inside a nested resubmit are steps as well. */
export function traceFrom(printed: string): TraceSeen {
  const steps: TraceSeen['steps'] = []
  let bridge = ''
  for (const line of printed.split('\n')) {
    const entered = /^bridge\("(.*)"\)$/.exec(line)
    if (entered) bridge = entered[1]!
    const step = /^\s*(\d+)\. (.*)$/.exec(line)
    if (!step) continue
    const cookie = /, cookie 0x([0-9a-f]+)/.exec(step[2]!)?.[1]
    const flow = step[2]!.replace(/, cookie 0x[0-9a-f]+/, '')
    steps.push({ bridge, table: Number(step[1]), flow, cookie: digitsOf(cookie) })
  }
  const ends = [...printed.matchAll(/^Datapath actions: (.*)$/gm)]
  return { steps, datapathActions: ends.at(-1)?.[1]?.trim() ?? '' }
}
