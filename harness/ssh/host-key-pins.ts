import type { CannotLook } from '../core/errors.ts'
import type { NodeAddress } from '../inventory/inventory.ts'

/** Host keys that are kept outside of addresses, and what becomes of one that is seen for the first time. */
export interface HostKeyPins {
  /** The file whose addresses have keys as `hostKey`, as a sentence names it. */
  readonly file: string
  /** The file, in known_hosts' form, with the keys that were pinned on first use. */
  readonly lockFile: string
  /** True: nothing is pinned on first use; a server whose key is pinned nowhere is refused. */
  readonly isStrict: boolean
  /** Connections to jump hosts are shared among those of one scope: what one of them was pinned by holds for the others. */
  readonly scope: string
  /** The key pinned of a server, `TYPE BASE64`. */
  kept(address: NodeAddress): string | undefined
  /**
   * Pins the key of a server that has shown to own it. Returns what is pinned of it now: another key where somebody was
   * faster; or why it could not be pinned.
   */
  keep(node: string, address: NodeAddress, key: string): { key: string } | { failed: CannotLook }
}
