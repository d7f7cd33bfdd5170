import type { DatapathPort, TraceSeen } from '../../harness/look/evidence.ts'

/** Whether the datapath would send the packet to one of the links; undefined where it does not have them. */
export function reachesPort(
  { datapathActions }: TraceSeen,
  ports: DatapathPort[],
  links: string[],
): boolean | undefined {
  const wanted = ports.filter(({ name, number }) => links.includes(name) && number !== undefined)
  if (wanted.length === 0 || datapathActions === '') return undefined
  return sendsTo(
    datapathActions,
    wanted.map(({ number }) => number!),
  )
}

/** Whether actions of the datapath send to one of these ports of it. */
const sendsTo = (actions: string, numbers: number[]): boolean =>
  numbers.some(number =>
    new RegExp(`(?:^|[,(])${number}(?:$|[,)])`).test(actions.replaceAll(/\bmeter\(\d+\)/g, '')),
  )
