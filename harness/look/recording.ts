import { readFile, rename, writeFile } from 'node:fs/promises'
import { BadCall, CannotLook } from '../core/errors.ts'
import { factorOf } from '../core/patience.ts'
import { type Text, text } from '../core/text.ts'
import type { Blind, Evidence, Looker, Request, Wires } from './evidence.ts'

/** What one look brought home, or why it could not look. */
type Answer = { request: Request; evidence: unknown } | { request: Request; blind: Blind }

/** All looks of one check: enough to judge it again, with newer claims too, without the machines. */
export interface Recording {
  schema: 1
  lab: string
  /** ISO 8601, UTC. */
  takenAt: string
  /** Every node of the lab; what was recorded before that was written down has them in its requests. */
  nodes?: string[]
  /** Where there were wires of the lab's own to listen on: requests depend on it. */
  wires?: Wires
  answers: Answer[]
  /** Why whatever is not among the answers could not be looked at: nobody got there, or the time was over. */
  otherwise?: Blind
}

const keyOf = (request: Request) => JSON.stringify(request)

/** A looker that passes every look on to the one it is given and remembers the last answer to each. */
export function recording(asked: Looker): Looker & { recorded(): Recording } {
  const answers = new Map<string, Answer>()
  return {
    lab: asked.lab,
    nodes: asked.nodes,
    wires: asked.wires,
    get epoch() {
      return asked.epoch
    },
    get patienceFactor() {
      return factorOf([asked])
    },
    changed: (since, signal) => asked.changed(since, signal),
    close: () => asked.close(),
    recorded: () => ({
      schema: 1,
      lab: asked.lab,
      takenAt: asked.takenAt ?? new Date().toISOString(),
      nodes: asked.nodes,
      ...(asked.wires && { wires: asked.wires }),
      answers: [...answers.values()],
    }),
    async look<R extends Request>(request: R): Promise<Evidence<R>> {
      try {
        const evidence = await asked.look(request)
        answers.set(keyOf(request), { request, evidence })
        return evidence
      } catch (thrown) {
        if (thrown instanceof CannotLook) answers.set(keyOf(request), { request, blind: blindFrom(thrown) })
        throw thrown
      }
    },
  }
}

/** The plain form of a CannotLook. */
export const blindFrom = ({ reason, where, help }: CannotLook): Blind => ({
  reason,
  ...(where !== undefined && { where }),
  ...(help !== undefined && { help }),
})

/** The CannotLook a plain form stands for. */
export const cannotLook = ({ reason, where, help }: Blind) =>
  new CannotLook(reason, { ...(where !== undefined && { where }), ...(help !== undefined && { help }) })

/** A looker that answers from a recording. A look that was not recorded is CannotLook; nothing ever changes. */
export function replay(recorded: Recording): Looker {
  const answers = new Map(recorded.answers.map(answer => [keyOf(answer.request), answer]))
  return {
    lab: recorded.lab,
    takenAt: recorded.takenAt,
    nodes: recorded.nodes ?? nodesAsked(recorded),
    wires: recorded.wires,
    epoch: 0,
    changed: () => Promise.reject(new DOMException('A recording does not change', 'TimeoutError')),
    close: () => Promise.resolve(),
    async look<R extends Request>(request: R): Promise<Evidence<R>> {
      const answer = answers.get(keyOf(request))
      if (!answer && recorded.otherwise) throw cannotLook(recorded.otherwise)
      if (!answer) throw new CannotLook(notIn(request), { where: recorded.lab })
      if ('blind' in answer) throw cannotLook(answer.blind)
      return answer.evidence as Evidence<R>
    },
  }
}

/** What a newer check asks for, an older recording does not have: by the name of the look, and of what it looks at. */
function notIn(request: Request): Text {
  const { look, ...of } = request as { look: string } & Record<string, unknown>
  const what = [look, of.database, of.bridge, of.netns, of.node].filter(word => typeof word === 'string')
  const name = what.join(' · ')
  return text(`the recording does not contain this: ${name}`, `錄下的內容裡沒有這一項：${name}`)
}

const nodesAsked = ({ answers }: Recording): string[] => {
  const asked = answers.flatMap(({ request }) =>
    request.look === 'traffic'
      ? [...request.listen, ...[...request.pings, ...request.markers].map(({ from }) => from)]
      : [request],
  )
  return [...new Set(asked.map(({ node }) => node))].sort()
}

/** Reads a recording; BadCall when the file cannot be read or is none. */
export async function loadRecording(file: string): Promise<Recording> {
  const parsed = await readFile(file, 'utf8')
    .then(words => JSON.parse(words) as unknown)
    .catch((cause: Error) => {
      throw notARecording(file, cause.message)
    })
  if (!isRecording(parsed)) throw notARecording(file, 'schema 1 expected')
  return parsed
}

/** Whether plain data is a recording that can be replayed; what each look brought home is not looked into. */
export function isRecording(data: unknown): data is Recording {
  const parsed = data as Partial<Recording> | null | undefined
  return (
    parsed?.schema === 1 &&
    typeof parsed.lab === 'string' &&
    isAnswers(parsed.answers) &&
    isNodes(parsed) &&
    isWires(parsed)
  )
}

/** Each answer belongs to a request and says something. */
const isAnswers = (answers: unknown): boolean =>
  Array.isArray(answers) &&
  answers.every(
    (answer: Partial<Answer & Record<'evidence' | 'blind', unknown>> | null) =>
      typeof answer?.request?.look === 'string' && (answer.evidence ?? answer.blind ?? null) !== null,
  )

const isNodes = ({ nodes = [] }: Partial<Recording>): boolean =>
  Array.isArray(nodes) && nodes.every(node => typeof node === 'string')

const isWires = ({ wires }: Partial<Recording>): boolean =>
  wires === undefined || (typeof wires?.ports === 'object' && Array.isArray(wires.markers))

const notARecording = (file: string, why: string) =>
  new BadCall(text(`${file} is not a recorded lab (${why}).`, `${file} 不是錄下的實驗環境（${why}）。`))

/** Writes a recording whole or not at all. */
export async function saveRecording(file: string, recorded: Recording): Promise<void> {
  await writeFile(`${file}.part`, `${JSON.stringify(recorded)}\n`)
  await rename(`${file}.part`, file)
}
