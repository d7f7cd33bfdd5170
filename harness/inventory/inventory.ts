import type { DatabaseName } from '../core/rows.ts'
import type { Wires } from '../core/wires.ts'

/** Where a node keeps what we look for, where it is not found by itself. */
export interface Places {
  /** The unix socket of each database's server. */
  sockets?: Partial<Record<DatabaseName, string>>
  /** Words put before ovs-appctl and ovs-ofctl, such as `docker exec openvswitch_vswitchd`. */
  tools?: string
}

/** Where a node is and how to log in. Times in ms, ports 1–65535. */
export interface NodeAddress extends Places {
  host: string
  port: number
  user: string
  /** Private key file. Absent: ssh-agent (SSH_AUTH_SOCK), then the usual files in ~/.ssh. */
  identityFile?: string
  /** Pinned host key, as in a .pub file: `ssh-ed25519 AAAA…`; or its fingerprint: `SHA256:…`. Absent: known_hosts decides. */
  hostKey?: string
  knownHostsFile?: string
  /** A program whose stdio is the connection, in place of TCP (argv, no shell). */
  proxyCommand?: string[]
  /** A command that tells whether the machine is switched on, for who finds it silent. */
  statusCommand?: string
  /** How many times as long as usual its answers may take; 1 unless told. */
  patienceFactor?: number
  /** A machine to hop over. */
  jump?: NodeAddress
}

/** The machines of one lab. */
export interface Inventory {
  name: string
  nodes: Record<string, NodeAddress>
  /** The lab's own wires, where this process may enter them: the program (argv) in front of a command run there. */
  wires?: Wires & { enter: string[] }
}
