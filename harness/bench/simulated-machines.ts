import { generateKeyPairSync } from 'node:crypto'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads'
import ssh2 from 'ssh2'
import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { Evidence, Looker, Request } from '../look/evidence.ts'
import { type Recording, replay } from '../look/recording.ts'

/** Machines of a class that is not there: one real ssh server on loopback, in a thread of its own, which answers from recordings. */
export interface SimulatedMachines {
  port: number
  close(): Promise<unknown>
}

const key = () =>
  generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  }).privateKey

/** Starts it. `recordings`: who asks for the n-th student is answered from the (n modulo their number)-th. */
export async function simulateMachines(recordings: Recording[]): Promise<SimulatedMachines> {
  const worker = new Worker(fileURLToPath(import.meta.url), { workerData: { simulated: recordings } })
  const port = await new Promise<number>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  return { port, close: () => worker.terminate() }
}

/** A looker at the `number`-th student's machines: a login and a channel a node, as with real ones; each look is asked there. */
export async function simulatedLooker(
  { port }: SimulatedMachines,
  recorded: Recording,
  number: number,
): Promise<Looker> {
  const nodes = recorded.nodes ?? []
  const channels = await Promise.all(nodes.map(() => openChannel(port, number)))
  let asked = 0
  return {
    ...replay(recorded),
    async look<R extends Request>(request: R): Promise<Evidence<R>> {
      const at = 'node' in request ? Math.max(0, nodes.indexOf(request.node)) : asked++ % nodes.length
      const answer = (await channels[at]!.ask(request)) as { evidence?: Evidence<R> }
      if (answer.evidence === undefined) throw new CannotLook(text('not recorded', '沒有錄下'))
      return answer.evidence
    },
    close: async () => {
      for (const { end } of channels) end()
    },
  }
}

async function openChannel(port: number, number: number) {
  const client = new ssh2.Client()
  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve).once('error', reject)
    client.connect({
      host: '127.0.0.1',
      port,
      username: 'vagrant',
      privateKey: OWN_KEY,
      readyTimeout: 60_000,
    })
  })
  const stream = await new Promise<ssh2.ClientChannel>((resolve, reject) =>
    client.exec(`student ${number}`, (error, channel) => (error ? reject(error) : resolve(channel))),
  )
  const waiting: ((answer: unknown) => void)[] = []
  createInterface(stream).on('line', line => waiting.shift()?.(JSON.parse(line)))
  return {
    ask: (request: Request) =>
      new Promise<unknown>(resolve => {
        waiting.push(resolve)
        stream.write(`${JSON.stringify(request)}\n`)
      }),
    end: () => client.end(),
  }
}

const OWN_KEY = isMainThread ? key() : ''

function serve(recordings: Recording[]): void {
  const answers = recordings.map(
    ({ answers }) => new Map(answers.map(answer => [JSON.stringify(answer.request), JSON.stringify(answer)])),
  )
  const server = new ssh2.Server({ hostKeys: [key()] }, client => {
    client.on('error', () => undefined)
    client.on('authentication', context => context.accept())
    client.on('session', accept =>
      accept().on('exec', (open, _, { command }) => {
        const stream = open()
        const own = answers[Number(command.split(' ')[1]) % answers.length]
        createInterface(stream).on('line', line => stream.write(`${own?.get(line) ?? '{}'}\n`))
      }),
    )
  })
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port))
}

if (!isMainThread && workerData?.simulated) serve(workerData.simulated)
