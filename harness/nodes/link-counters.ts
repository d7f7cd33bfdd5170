import type { LinkCounters } from '../look/evidence.ts'
import type { Tool } from './tools.ts'

/**
 * Asks the kernel for what each link has counted, in every named namespace, and Open vSwitch for what its interfaces have
 * (ip-link(8), -s; ovs-vswitchd.conf.db(5), statistics). Reads only. A node without Open vSwitch has links all the same.
 */
export const linkCountersScript = (tool: (name: Tool) => string, patience: string, mark: string): string =>
  `echo '${mark} links '; ip -s -j link show || exit 1
for path in /var/run/netns/*; do
  [ -f "$path" ] || continue
  name=\${path##*/}
  links=$(ip -n "$name" -s -j link show 2>/dev/null) || continue
  printf '%s links %s\\n%s\\n' '${mark}' "$name" "$links"
done
echo '${mark} interfaces '; ${tool('ovs-vsctl')} ${patience} -f json --columns=name,statistics list Interface 2>/dev/null
echo '${mark} end'`

/** The counters in what the script printed; throws SyntaxError when it is cut. */
export function linkCountersFrom(printed: string, mark: string): LinkCounters {
  const parts = printed.split(`${mark} `).slice(1)
  if (parts.pop()?.trim() !== 'end') throw new SyntaxError('the output is cut')
  const links: LinkCounters['links'] = { node: {}, netns: {} }
  const interfaces: [string, Counted][] = []
  for (const part of parts) {
    // Behind a title is one line of JSON; the name of a namespace before it may hold line breaks of its own.
    const lines = part.replace(/\n$/, '').split('\n')
    const body = lines.at(-1) ?? ''
    const title = lines.slice(0, -1).join('\n')
    if (title.startsWith('interfaces')) interfaces.push(...interfacesIn(body))
    else if (title === 'links ') links.node = Object.fromEntries(linksIn(body))
    else if (title.startsWith('links '))
      links.netns[title.slice('links '.length)] = Object.fromEntries(linksIn(body))
  }
  return { links, interfaces: Object.fromEntries(interfaces) }
}

type Counted = Record<string, number>

/** In the order of ip-link(8); what else the kernel counts is told only where it has counted something. */
const USUAL = ['packets', 'bytes', 'errors', 'dropped']

function linksIn(json: string): [string, Counted][] {
  const found = json.trim() === '' ? [] : (JSON.parse(json) as Record<string, unknown>[])
  return found
    .filter(({ ifname }) => typeof ifname === 'string')
    .map(({ ifname, stats64 }) => {
      const both = (stats64 ?? {}) as Record<'rx' | 'tx', Counted | undefined>
      return [ifname as string, inOrder(name => both[name.slice(0, 2) as 'rx' | 'tx']?.[name.slice(3)], both)]
    })
}

const inOrder = (of: (name: string) => unknown, both: Record<string, Counted | undefined>): Counted => {
  const usual = ['rx', 'tx'].flatMap(way => USUAL.map(name => `${way}_${name}`))
  const others = Object.entries(both).flatMap(([way, counted]) =>
    Object.entries(counted ?? {})
      .filter(([, count]) => count > 0)
      .map(([name]) => `${way}_${name}`),
  )
  return Object.fromEntries(
    [...new Set([...usual, ...others])].flatMap(name => {
      const count = of(name)
      return typeof count === 'number' ? [[name, count] as const] : []
    }),
  )
}

/** `{"data":[["veth",["map",[["rx_bytes",7],…]]],…],"headings":[…]}`, a value as in RFC 7047. */
function interfacesIn(json: string): [string, Counted][] {
  if (json.trim() === '' || json.startsWith('interfaces')) return []
  const { data } = JSON.parse(json) as { data: [string, ['map', [string, number][]]][] }
  return data.map(([name, [, pairs]]) => {
    const counted = Object.fromEntries(pairs)
    const usual = ['rx', 'tx'].flatMap(way => USUAL.map(one => `${way}_${one}`))
    const others = Object.keys(counted)
      .filter(one => !usual.includes(one) && counted[one]! > 0)
      .sort()
    return [
      name,
      Object.fromEntries(
        [...usual, ...others].flatMap(one => (one in counted ? [[one, counted[one]!] as const] : [])),
      ),
    ]
  })
}
