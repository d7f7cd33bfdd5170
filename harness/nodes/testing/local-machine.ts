import { type LocalMachine as Here, localMachine as here } from '../../ssh/local-machine.ts'
import { paced } from '../../testing/paced.ts'

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
    start: counted((script, options = {}) =>
      local.start(script, {
        ...options,
        ...(options.lifeMs !== undefined && { lifeMs: paced(options.lifeMs) }),
      }),
    ),
    // Deadlines are those of a machine of usual speed; over ssh it is the connection that knows how slow its machine is.
    run: counted((script, options) =>
      local.run(script, { ...options, deadlineMs: paced(options.deadlineMs) }),
    ),
    connect: counted(local.connect),
  }
  return machine
}
