interface Row {
  _uuid: string
}
interface Holder {
  ports: string[]
}

/** Those of the rows that are among the ports of one of these switches, routers or bridges; of none where there is no such holder. */
export function heldBy<Port extends Row>(rows: Port[], ...holders: (Holder | undefined)[]): Port[] {
  const held = new Set(holders.flatMap(holder => holder?.ports ?? []))
  return rows.filter(({ _uuid }) => held.has(_uuid))
}

/** Those of the switches, routers or bridges that have one of these rows among their ports. */
export const holdersOf = <Some extends Holder>(holders: Some[], ...rows: Row[]): Some[] =>
  holders.filter(({ ports }) => rows.some(({ _uuid }) => ports.includes(_uuid)))
