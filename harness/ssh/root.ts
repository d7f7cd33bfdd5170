import type { Duplex } from 'node:stream'
import type { Connected, Exit, RemoteProcess } from './machine.ts'

/**
 * What a script reads from its standard input. `watch`: nothing; the end of `stdio` asks it to stop. `data`: what is
 * written to `stdio`, and after the end of that it has 1 s. Else this text, and it may go on for as long as it likes.
 */
export type Stdin = 'watch' | 'data' | { input: string }

/** How long a script that reads data may go on after the end of it. */
export const AFTER_DATA_MS = 1_000

/** A script that runs as root. */
export interface Running extends RemoteProcess {
  /** Resolves when it has ended and all its output is here. */
  readonly closed: Promise<Exit>
}

export interface ScriptOptions {
  stdin: Stdin
  lifeMs?: number
  /** It is no shell's: the process of ours that is there evaluates it, and asks no program of the node. */
  isPerl?: true
}

/** Something that runs scripts as root on a node. */
export interface Root {
  start(script: string, options: ScriptOptions): Promise<Running>
  /** See Machine. */
  connect(sockets: string[]): Promise<Connected>
  /** Resolves when it can be used no more, with the way its own process ended. */
  readonly ended: Promise<Exit>
  /** It was given up, because what answered there did not speak as it does. */
  readonly isGarbled?: boolean
}

/** The stream a program on a node is reached by: its stdin and stdout, and how it ended. */
export interface Pipe {
  stdio: Duplex
  ended: Promise<Exit>
}
