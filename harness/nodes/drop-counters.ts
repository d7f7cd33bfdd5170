import type { DropCounters } from '../look/evidence.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { findTarget } from './target.ts'
import type { Tool } from './tools.ts'

/** OpenFlow 1.4 and later tell what a port counts beside the usual, 1.3 and later know meters (ovs-ofctl(8)). */
const VERSIONS = '-O OpenFlow14,OpenFlow15,OpenFlow13,OpenFlow10'

/** Asks ovs-vswitchd for everything it counts of packets that it did not pass on; nothing is changed. */
export function dropCountersScript(
  bridges: string[],
  tool: (name: Tool) => string,
  patience: string,
  mark: string,
): string {
  const ofctl = `${tool('ovs-ofctl')} ${VERSIONS} ${patience}`
  const ofBridges = bridges.map(shellQuote).map(
    bridge => `echo '${mark} ports' ${bridge}; ${ofctl} --names dump-ports ${bridge} 2>/dev/null
echo '${mark} meters' ${bridge}; ${ofctl} meter-stats ${bridge} 2>/dev/null`,
  )
  return `${findTarget('ovs-vswitchd')}; echo '${mark} coverage'; ${tool('ovs-appctl')} -t "$to" coverage/show || exit 1
${ofBridges.join('\n')}
echo '${mark} end'`
}

/** What tells of packets that were not passed on, in the names ovs-vswitchd gives its counters. */
const IS_DROP = /drop|_full\b|exceed|lost/

/** The counters in what the script printed: of ovs-vswitchd, of ports and of meters; throws SyntaxError when it is cut. */
export function dropCountersFrom(printed: string, mark: string): DropCounters {
  const parts = printed.split(`${mark} `).slice(1)
  if (parts.at(-1)?.trim() !== 'end') throw new SyntaxError('the output is cut')
  return Object.fromEntries(
    parts.flatMap(part => {
      const [title = '', ...lines] = part.split('\n')
      const bridge = title.slice(title.indexOf(' ') + 1)
      if (title === 'coverage') return coverageIn(lines)
      return title.startsWith('meters') ? metersIn(bridge, lines) : portsIn(bridge, lines)
    }),
  )
}

const coverageIn = (lines: string[]): [string, number][] =>
  lines.flatMap(line => {
    const [, name = '', total] = /^(\w+) .*total: (\d+)$/.exec(line) ?? []
    return IS_DROP.test(name) ? [[`ovs-vswitchd · coverage · ${name}`, Number(total)]] : []
  })

/** Bands stand under their meter: how many packets each of them met. */
function metersIn(bridge: string, lines: string[]): [string, number][] {
  let meter = ''
  return lines.flatMap(line => {
    meter = /^meter:(\d+)/.exec(line)?.[1] ?? meter
    const met = /^\s*\d+: packet_count:(\d+)/.exec(line)?.[1]
    return met === undefined ? [] : [[`${bridge} · OpenFlow · meter ${meter}`, Number(met)]]
  })
}

function portsIn(bridge: string, lines: string[]): [string, number][] {
  let [port, way] = ['', '']
  return lines.flatMap(line => {
    port = /^\s*port +"?([^":]+)"?:/.exec(line)?.[1] ?? port
    way = /\b(rx|tx) pkts=/.exec(line)?.[1] ?? (/CUSTOM/.test(line) ? 'custom' : way)
    return [...line.matchAll(/(\w+)=(\d+)/g)].flatMap(([, name = '', value]): [string, number][] =>
      IS_DROP.test(name)
        ? [[`${bridge} · port ${port} · ${way === 'custom' ? name : `${way} ${name}`}`, Number(value)]]
        : [],
    )
  })
}
