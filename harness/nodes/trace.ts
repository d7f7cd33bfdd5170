import { patient } from '../core/patience.ts'
import type { TracePacket, TraceSeen } from '../look/evidence.ts'
import type { Machine } from '../ssh/machine.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { traceFrom } from './flows.ts'
import { vswitchdOf } from './unixctl.ts'

/** What connection tracking says, each time it is asked: of an answer, and of a further packet the way of the first. */
const ESTABLISHED = ['--ct-next', 'trk,est,rpl', '--ct-next', 'trk,est,rpl']
const FURTHER = ['--ct-next', 'trk,est', '--ct-next', 'trk,est']

/** How ovs-vswitchd is asked to trace a packet; nothing is sent, as no packet is given (ovs-vswitchd(8)). */
const questionOf = ({ bridge, flow, isEstablished, isFurther, begins }: TracePacket) => ({
  method: begins === undefined ? 'ofproto/trace' : 'ofproto/trace-packet-out',
  words: [bridge, flow],
  options: isEstablished ? ESTABLISHED : isFurther ? FURTHER : [],
  actions: begins === undefined ? [] : [begins],
})

/** The command that traces a packet. */
export const traceCommand = (packet: TracePacket, appctl = 'ovs-appctl'): string => {
  const { method, words, options, actions } = questionOf(packet)
  return [appctl, method, ...words.map(shellQuote), ...options, ...actions.map(shellQuote)].join(' ')
}

/** Traces without a process for each; undefined where ovs-vswitchd cannot be asked so. */
export async function tracedDirectly(
  machine: Machine,
  packets: TracePacket[],
  answerSeconds: number,
): Promise<TraceSeen[] | undefined> {
  const vswitchd = await vswitchdOf(machine)
  const deadlineMs = patient(answerSeconds * 1000, machine)
  const answers = await Promise.all(
    packets.map(packet => {
      const { method, words, options, actions } = questionOf(packet)
      return vswitchd?.ask(method, [...words, ...options, ...actions], deadlineMs)
    }),
  )
  return answers.every(answer => answer !== undefined) ? answers.map(traceFrom) : undefined
}
