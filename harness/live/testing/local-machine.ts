import { spawn } from 'node:child_process'
import { Duplex } from 'node:stream'
import { agentToBe } from '../../ssh/agent.ts'
import { agentCommand } from '../../ssh/agent-program.ts'
import type { Exit, Machine } from '../../ssh/machine.ts'
import type { Root, Running } from '../../ssh/root.ts'
import { asRoot } from '../../ssh/root-shell.ts'
import { runScript } from '../../ssh/run-script.ts'

/** A machine whose use a test can observe. */
export interface LocalMachine extends Machine {
  /** How many scripts were run or started, or sockets connected to. */
  started: number
  /** What a cut connection or a killed checker comes to: the stdin of the agent ends. */
  hangUp(): void
  /** Resolves when nothing started here runs any more. */
  ended(): Promise<void>
}

/** A machine for tests: this host, or one network namespace of it, with the very agent that ssh would start there. */
export function localMachine(node: string, netns?: string): LocalMachine {
  const enter = netns ? `exec nsenter --net=/var/run/netns/${netns} ` : 'exec '
  const running = new Set<Promise<unknown>>()
  let hangUp = () => {}
  let agent: Promise<Root> | undefined
  const launch = async (): Promise<Root> => {
    const { program, open } = agentToBe({})
    const child = spawn('sh', ['-c', enter + asRoot('root', agentCommand(program))])
    child.stdin.on('error', () => {})
    hangUp = () => child.stdin.destroy()
    const ended = new Promise<Exit>(resolve => child.on('close', code => resolve({ code })))
    running.add(ended)
    const stdio = Duplex.from({ readable: child.stdout, writable: child.stdin }).on('error', () => {})
    const root = await open({ stdio, ended })
    if (!root) throw new Error('the agent did not start')
    return root
  }
  const watched = <Started extends Running>(started: Started): Started => {
    running.add(started.closed)
    return started
  }
  const root = (): Promise<Root> => {
    machine.started++
    agent ??= launch()
    return agent
  }
  const machine: LocalMachine = {
    node,
    started: 0,
    hangUp: () => hangUp(),
    async ended() {
      await Promise.all(running)
    },
    async start(script, { stdin = 'watch', ...life } = {}) {
      return watched(await (await root()).start(script, { stdin, ...life }))
    },
    async run(script, options) {
      return runScript(node, await root(), script, { ...options, whyLost: () => undefined })
    },
    async connect(sockets) {
      return (await root()).connect(sockets)
    },
    async close() {
      machine.hangUp()
      await machine.ended()
    },
  }
  return machine
}
