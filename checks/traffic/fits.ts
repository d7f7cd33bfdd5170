import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { ECHO_HEADS_BYTES } from '../nouns/wanted.ts'
import { reaches } from './reaches.ts'
import type { Experiment } from './traffic.ts'

/** Packets of so many bytes, which nobody may cut, get from the endpoint to the address and back, as `reaches` means it. */
export const fits = (
  lab: Lab,
  experiment: Experiment,
  from: Endpoint,
  to: string,
  packetBytes: number,
): Promise<void> =>
  reaches(
    lab,
    experiment,
    from,
    to,
    text(
      `${to} answers pings of ${packetBytes} bytes from ${from.netns}, without fragmentation`,
      `${from.netns} 用 ${packetBytes} 位元組、不可分段的封包 ping ${to} 有回應`,
    ),
    { bytes: packetBytes - ECHO_HEADS_BYTES },
  )
