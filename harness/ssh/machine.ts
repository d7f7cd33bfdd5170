import type { Duplex, Readable } from 'node:stream'

/** How a remote command ended. `code` is null when a signal or a dropped link ended it. */
export interface Exit {
  code: number | null
  signal?: string
}

export interface Ran {
  code: number
  stdout: Buffer
  stderr: string
}

/** A running remote process: write to its stdin, read its stdout; ending its stdin asks it to stop. */
export interface RemoteProcess {
  readonly stdio: Duplex
  readonly stderr: Readable
  readonly exited: Promise<Exit>
}

/** One node of a lab, reached over ssh. Every method rejects with CannotLook when the node could not be asked. */
export interface Machine {
  readonly node: string
  /**
   * Runs a POSIX shell script as root (directly, or through `sudo -n`) and waits for its end.
   * A non-zero exit code is a value; no exit code at all, a missed deadline, no sudo or too much output is CannotLook.
   */
  run(script: string, options: { deadlineMs: number; input?: string; maxBytes?: number }): Promise<Ran>
  /** Starts a long-lived POSIX shell script as root. It must end by itself when its stdin ends. */
  start(script: string): Promise<RemoteProcess>
  close(): Promise<void>
}
