import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { agentToBe } from './agent.ts'
import { agentCommand } from './agent-command.ts'
import type { Exit, Machine } from './machine.ts'
import type { Root, Running } from './root.ts'
import { asRoot, shellQuote } from './root-shell.ts'
import { runScript } from './run-script.ts'

/** A place on this computer, reached by a program and not over ssh. */
export interface LocalMachine extends Machine {
  /** Starts the agent, unless one is there. CannotLook where it does not start. */
  ready(): Promise<Root>
  /** What a cut connection comes to: the stdin of the agent ends. */
  hangUp(): void
  /** Resolves when nothing started here runs any more. */
  ended(): Promise<void>
}

/**
 * This computer as a machine, with the very agent there that ssh would start. `enter`: the program (argv) that leads to
 * where it is to run, such as nsenter.
 */
export function localMachine(node: string, enter: string[] = []): LocalMachine {
  const running = new Set<Promise<unknown>>()
  let hangUp = () => {}
  let agent: Promise<Root> | undefined
  const launch = async (): Promise<Root> => {
    const { program, open } = agentToBe({})
    const words = [...enter.map(shellQuote), asRoot('root', agentCommand(program))].join(' ')
    const child = spawn('sh', ['-c', `exec ${words}`])
    child.stdin.on('error', () => {})
    child.stderr.resume()
    hangUp = () => child.stdin.destroy()
    const ended = new Promise<Exit>(resolve => {
      child.on('close', code => resolve({ code }))
      child.on('error', () => resolve({ code: null }))
    })
    running.add(ended)
    const stdio = Duplex.from({ readable: child.stdout, writable: child.stdin }).on('error', () => {})
    const root = await open({ stdio, ended })
    if (root) {
      // An agent that hears nothing ends itself (the computer slept): the next one who needs it starts another.
      void root.ended.then(() => {
        agent = undefined
      })
      return root
    }
    throw new CannotLook(text(`nothing can be run in ${node}`, `無法在 ${node} 執行指令`), { where: node })
  }
  const ready = (): Promise<Root> => {
    agent ??= launch()
    return agent
  }
  const watched = <Started extends Running>(started: Started): Started => {
    running.add(started.closed)
    return started
  }
  const ended = async () => void (await Promise.all(running))
  return {
    node,
    ready,
    hangUp: () => hangUp(),
    ended,
    start: async (script, { stdin = 'watch', ...life } = {}) =>
      watched(await (await ready()).start(script, { stdin, ...life })),
    run: async (script, options) =>
      runScript(node, await ready(), script, { ...options, whyLost: () => undefined }),
    connect: async sockets => (await ready()).connect(sockets),
    async close() {
      hangUp()
      await ended()
    },
  }
}
