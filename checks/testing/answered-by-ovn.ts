import type { KernelFacts, Request, TraceSeen } from '../../harness/look/evidence.ts'
import type { OvsTables } from './recorded.ts'

/**
 * What a trace tells of a ping that OVN itself answers: it goes back by the port that it came in by. Recordings that are older
 * than the question have no answer to it.
 */
export function answeredByOvn(
  request: Request,
  { Interface }: OvsTables,
  { datapath = [] }: KernelFacts,
  addresses: string[],
): TraceSeen[] | undefined {
  if (request.look !== 'traces') return undefined
  const [packet] = request.packets
  if (!packet || !addresses.some(address => packet.flow.includes(`_dst=${address},`))) return undefined
  const port = Number(/\bin_port=(\d+)/.exec(packet.flow)?.[1])
  const link = Interface.find(({ ofport }) => ofport[0] === port)?.name
  const number = datapath.find(({ name }) => name === link)?.number
  return request.packets.map(() => ({ steps: [], bridges: ['br-int'], datapathActions: `${number}` }))
}
