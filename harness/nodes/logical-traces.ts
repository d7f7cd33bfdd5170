import { dotted } from '../core/prefix.ts'
import type { LogicalPacket, LogicalTraceSeen } from '../look/evidence.ts'
import { shellQuote } from '../ssh/root-shell.ts'

/** How often a packet may be handed to connection tracking on its way through switches and routers. */
const CT_MAX = 6
const states = (state: string) => `--ct=${state} `.repeat(CT_MAX)

/**
 * Traces packets through the southbound database, and sends none (ovn-trace(8)). The first packet of a connection and a
 * later one may fare differently: what either gets by with counts.
 */
export const logicalTraceScript = (packets: LogicalPacket[], trace: string, mark: string): string =>
  packets
    .map(({ datapath, flow, isEstablished, withRows }) => {
      const asked = (form: string, state: string) =>
        `${trace} --no-leader-only --${form} ${states(state)}${shellQuote(datapath)} ${shellQuote(flow)} 2>/dev/null`
      const connections = isEstablished ? ['est,rpl'] : ['new', 'est']
      const tries = connections.map(state => `${asked('minimal', state)} || echo ${mark} failed`)
      const [first, ...others] = tries
      const rows = withRows ? `echo ${mark} rows; ${asked('detailed', connections[0]!)}\n` : ''
      return `said=$(${first}); printf '%s\\n' "$said"
case $said in *'output("'*) ;; *) ${others.join('\n') || ':'} ;; esac
${rows}echo ${mark} end`
    })
    .join('\n')

/** By connection tracking, `ct_snat(ip4.src=192.168.10.30)`, or without it (ovn-nb(5), NAT, options:stateless). */
const GIVEN = /\bip4\.(?:src|dst) ?= ?([\d.]+)/g

/** The MAC address that it is given on the way. */
const SENT_TO = /\beth\.dst = ([0-9a-f]{2}(?::[0-9a-f]{2}){5})\b/g

/** A question for a MAC address, which stands in braces of its own; releases differ in whether the packet goes on behind it. */
const QUESTION = /\barp \{[^}]*\};?/g
/** Whom it asks for: a number of 32 bits, or the address itself. */
const TARGET = /\barp\.tpa = (0x[0-9a-f]+|[\d.]+)/

/** ` 3. ls_out_pre_lb (northd.c:5875): ip && outport == "ls0-localnet", priority 110, uuid 8fb60b11`. */
const ROW = /^ *\d+\. (l[sr]_\w+)(?: \([^)]*\))?: (.*), priority \d+, uuid ([0-9a-f]{8})$/gm

/** What each packet came to, in the order asked. */
export function logicalTracesFrom(printed: string, mark: string, count: number): LogicalTraceSeen[] {
  const parts = printed.split(`${mark} end\n`)
  return Array.from({ length: count }, (_, at) => {
    const [said = '', detailed] = (parts[at] ?? '').split(`${mark} rows\n`)
    const outputs = [...said.matchAll(/\boutput\("((?:[^"\\]|\\.)*)"/g)].map(([, port = '']) => port)
    if (outputs.length === 0 && (said.includes(`${mark} failed`) || !said.includes('# '))) return {}
    const given = [...said.matchAll(GIVEN)].map(([, address = '']) => address)
    const target = TARGET.exec(said)?.[1]
    const goesOn = !/\barp \{/.test(said) || /\boutput\("/.test(said.replaceAll(QUESTION, ''))
    const sentTo = [...said.matchAll(SENT_TO)].at(-1)?.[1]
    return {
      outputs,
      ...(sentTo !== undefined && { sentTo }),
      ...(goesOn && { given }),
      ...(detailed !== undefined && {
        rows: [...detailed.matchAll(ROW)].map(([, stage = '', match = '', uuid = '']) => ({
          uuid,
          stage,
          match,
        })),
      }),
      ...(target !== undefined && { asksFor: target.startsWith('0x') ? dotted(Number(target)) : target }),
    }
  })
}
