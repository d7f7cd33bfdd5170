import { type LocalMachine as Here, localMachine as here } from '../../ssh/local-machine.ts'

/** A machine whose use a test can observe. */
export interface LocalMachine extends Here {
  /** How many scripts were run or started, or sockets connected to. */
  started: number
}

/** A machine for tests: this host, or one network namespace of it. */
export function localMachine(node: string, netns?: string): LocalMachine {
  const local = here(node, netns ? ['nsenter', `--net=/var/run/netns/${netns}`] : [])
  const counted =
    <Words extends unknown[], Result>(use: (...words: Words) => Result) =>
    (...words: Words): Result => {
      machine.started++
      return use(...words)
    }
  const machine: LocalMachine = {
    ...local,
    started: 0,
    start: counted(local.start),
    run: counted(local.run),
    connect: counted(local.connect),
  }
  return machine
}
