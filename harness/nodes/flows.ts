import type { Flow, PortFlags, TraceSeen, TraceStep } from '../look/evidence.ts'

const digitsOf = (cookie: string | undefined) => cookie?.replace(/^0+(?=.)/, '') ?? '0'

/** What a flow was told besides its match, set off by blanks (ovs-ofctl(8), add-flow). */
const FLAGS = /\b(send_flow_rem|check_overlap|reset_counts|no_packet_counts|no_byte_counts) /g

/** Flows in what `ovs-ofctl dump-flows` prints, with or without statistics; lines that are no flow are left out. */
export function flowsFrom(printed: string): Flow[] {
  return printed.split('\n').flatMap(line => {
    const found = /^\s*(\S.*?)\s*actions=(.*)$/.exec(line)
    if (!found) return []
    const fields = `${found[1]} `.replace(FLAGS, '').trim().split(/,\s*/).filter(Boolean)
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

/** The number of a bridge's own port (ovs-fields(7)). */
const OFPP_LOCAL = '65534'

/** What each port was told not to do, in what `ovs-ofctl dump-ports-desc` prints. */
export function portFlagsFrom(printed: string): PortFlags {
  const ports = [...printed.matchAll(/^ *(\w+)\(.+\): addr:.*\n +config: +(.*)$/gm)]
  return Object.fromEntries(
    ports.map(([, number, flags]) => [
      number === 'LOCAL' ? OFPP_LOCAL : number,
      flags === '0' ? [] : flags!.split(' '),
    ]),
  )
}

/**
 * What a trace prints, taken apart. Steps inside a nested resubmit are steps as well. A bridge that is entered on the way
 * (an output to a patch port among others) stands indented; what follows less deeply indented is the one before it again.
 */
export function traceFrom(printed: string): TraceSeen {
  const steps: TraceStep[] = []
  const bridges: string[] = []
  const inside: { bridge: string; indent: number; stepsIndent?: number }[] = []
  const suspended: string[] = []
  let resumed: string | undefined
  let last: TraceStep | undefined
  for (const line of printed.split('\n')) {
    const indent = line.search(/\S/)
    // What comes back from connection tracking goes on where it left; the bridge named above it is where it came in.
    if (/^recirc\(/.test(line)) resumed = suspended.shift()
    const named = /^\s*bridge\("(.*)"\)$/.exec(line)?.[1]
    const entered = named === undefined ? undefined : (resumed ?? named)
    if (entered !== undefined) {
      resumed = undefined
      while (inside.length > 0 && inside.at(-1)!.indent > indent) inside.pop()
      bridges.push(entered)
      inside.push({ bridge: entered, indent })
      last = undefined
      continue
    }
    const step = /^\s*(\d+)\. (.*)$/.exec(line)
    // The underlay's bridge, which a packet enters in a tunnel, has its steps further in than its name (`output to native tunnel`).
    const isOver = ({ indent: at, stepsIndent = at }: (typeof inside)[number]) =>
      indent < at ||
      (stepsIndent > at && indent < stepsIndent) ||
      (indent === at && step !== null && last?.actions.at(-1) === 'NORMAL')
    while (indent >= 0 && inside.length > 1 && isOver(inside.at(-1)!)) {
      inside.pop()
      last = undefined
    }
    const innermost = inside.at(-1)
    // Numbers of tables are two characters wide.
    if (step && innermost) innermost.stepsIndent ??= indent - (indent % 4)
    const bridge = innermost?.bridge
    if (step && bridge !== undefined) {
      const cookie = /, cookie 0x([0-9a-f]+)/.exec(step[2]!)?.[1]
      // A bridge that has a controller says besides that it would be asked (ofproto-dpif-xlate.c).
      const flow = step[2]!.replace(/, cookie 0x[0-9a-f]+/, '').replace(/^No match, .*/, 'No match.')
      last = { bridge, table: Number(step[1]), flow, cookie: digitsOf(cookie), actions: [], notes: [] }
      steps.push(last)
    } else if (last && indent >= 2) {
      const words = line.trim()
      const note = /^(?:->|>+)\s*(.*?)\s*<*$/.exec(words)?.[1]
      if (note !== undefined) last.notes.push(note)
      if (note && /forked pipeline will be resumed/.test(note)) suspended.push(last.bridge)
      if (note === undefined && !/^-+$/.test(words)) last.actions.push(words)
    }
  }
  const ends = [...printed.matchAll(/^Datapath actions: (.*)$/gm)].map(([, actions]) => actions!.trim())
  const ttl = ends.slice(0, -1).flatMap(ttlsIn).at(-1)
  return { steps, bridges, datapathActions: ends.at(-1) ?? '', ...(ttl !== undefined && { givenTtl: ttl }) }
}

/** What actions of the datapath set the time to live to, in order (odp-util.c). */
export const ttlsIn = (datapathActions: string): number[] =>
  [...datapathActions.matchAll(/\bset\(ipv4\([^()]*\bttl=(\d+)/g)].map(([, ttl]) => Number(ttl))
