import type { Duplex, Readable } from 'node:stream'
import type { Paced } from '../core/patience.ts'

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

export interface RunOptions {
  deadlineMs: number
  input?: string
  maxBytes?: number
  /** The script is Perl, evaluated by the process of ours that is there: no shell nor other program of the node is asked. */
  isPerl?: true
}

/** A running remote process: write to its stdin, read its stdout; ending its stdin asks it to stop. */
export interface RemoteProcess {
  readonly stdio: Duplex
  readonly stderr: Readable
  /** Never rejects. 143 is a script that was asked to stop and had no exit code of its own. */
  readonly exited: Promise<Exit>
}

export interface StartOptions {
  /**
   * `watch` (default): the script reads nothing; when `stdio` is ended, it and its children get SIGTERM
   * (tcpdump prints its counters on it) and 2 s later SIGKILL.
   * `data`: the script reads what is written to `stdio`; after the end it has 1 s to end by itself first.
   */
  stdin?: 'watch' | 'data'
  /** The remote process ends after this time (on a machine of usual speed) even if the network is cut and nobody can tell it. */
  lifeMs?: number
  /** As in RunOptions: it then costs the node neither a shell nor a perl of its own. CannotLook where there is no perl. */
  isPerl?: true
}

/** A UNIX socket on a node that we are connected to, or why not: none of the paths is one, no program for it, or an error. */
export type Connected = { stream: Duplex } | { missing: 'socket' | 'perl' } | { refused: string }

/** One node of a lab, reached over ssh. Every method rejects with CannotLook when the node could not be asked. */
export interface Machine extends Paced {
  readonly node: string
  /**
   * Runs a POSIX shell script as root (directly, or through `sudo -n`) and waits for its end.
   * A non-zero exit code is a value; no exit code at all, a missed deadline, no sudo or too much output is CannotLook.
   * `deadlineMs` is for a machine of usual speed (see Paced); it counts from when the node can run it, so that what
   * sudo and shell start-up files take once a connection is not held against it. `maxBytes` (8 MiB unless told) is
   * for stdout and stderr together. After a missed deadline nothing is left running on the node.
   */
  run(script: string, options: RunOptions): Promise<Ran>
  /**
   * Starts a long-lived POSIX shell script as root. It ends when its stdin ends, when the connection does
   * (whatever became of us), or when its life is over.
   */
  start(script: string, options?: StartOptions): Promise<RemoteProcess>
  /** Connects, as root, to the first of these paths that is a UNIX socket. Ending the stream ends the connection. */
  connect(sockets: string[]): Promise<Connected>
  /** Ends the connection and what carries it (proxy command, jump host). May be called again. */
  close(): Promise<void>
}
