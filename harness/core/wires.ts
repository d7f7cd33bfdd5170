/** The lab's own wires, on this computer, where nobody who works on the nodes can touch them: to be listened to as the node WIRES. */
export interface Wires {
  /** The port that each link of each node ends at. */
  ports: Record<string, Record<string, string>>
  /** Addresses that can be pinged among the wires so that each port of such links carries it: a broadcast. */
  markers: { link: string; to: string }[]
  /** Addresses of the machines outside, which are on the wires as well; absent where that was not written down. */
  outside?: string[]
}
