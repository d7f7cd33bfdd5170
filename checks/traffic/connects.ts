import { text } from '../../harness/core/text.ts'
import type { Lab } from '../../harness/look/lab.ts'
import type { Endpoint } from '../nouns/endpoint.ts'
import { reaches } from './reaches.ts'
import type { Experiment } from './traffic.ts'

/** The start of a TCP connection from the endpoint to a port of the address is answered, as `reaches` means it; a refusal is an answer. */
export const connects = (
  lab: Lab,
  experiment: Experiment,
  from: Endpoint,
  to: string,
  tcpPort: number,
): Promise<void> =>
  reaches(
    lab,
    experiment,
    from,
    to,
    text(
      `${to} answers TCP from ${from.netns} to port ${tcpPort} (a refusal is an answer)`,
      `${from.netns} 對 ${to} 的埠 ${tcpPort} 建立 TCP 連線有回應（拒絕連線也算）`,
    ),
    { tcpPort },
  )
