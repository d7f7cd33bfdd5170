import type { Judgement } from '../core/verdict.ts'
import { canRunHere, down, embeddedInventory, type UpOptions, up } from '../embedded/index.ts'
import { judgeLesson } from '../judge/judge-lesson.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { helperOf } from '../lesson/helper.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { type Recording, recording } from '../look/recording.ts'
import { openNodes } from '../nodes/open-nodes.ts'
import { runSteps } from '../solve/run-steps.ts'
import { loadSolution, type Step } from '../solve/solution.ts'
import type { Role } from '../ssh/agent-command.ts'
import { connectMachine } from '../ssh/connect.ts'
import { paced } from './paced.ts'

const able = await canRunHere()

/** Why no real lab can be had here, for the names of skipped tests; empty where one can. */
export const noLabReason = able.ok ? '' : ` (skipped: ${able.reason.en})`

/** A real embedded lab of a test's own, with what a learner and a checker do on it. */
export interface RealLab {
  lesson: Lesson
  /** Applies one stage of the reference solution. */
  solve(stageId: string): Promise<void>
  undo(): Promise<void>
  /** Applies steps of any solution. */
  apply(steps: Step[]): Promise<void>
  /** Runs a shell script as root on a node, over ssh; resolves with its standard output, rejects when it fails. */
  shell(node: string, script: string): Promise<string>
  /** Checks the lesson as the command does: over fresh connections, leaving nothing. */
  check(): Promise<{ judgements: Map<string, Judgement>; recorded: Recording }>
  down(): Promise<void>
}

/** Labs that this file of tests has brought up. */
const mine = new Set<string>()

/** Brings a lab up and solves nothing yet. One that a killed run left behind, with its work, is taken away first. */
export async function realLab(
  name: string,
  lessonId = demoLesson(),
  options: UpOptions = {},
): Promise<RealLab> {
  if (!mine.has(name)) await down(name, () => undefined)
  mine.add(name)
  await up(name, () => undefined, options)
  const inventory = await embeddedInventory(name)
  if (!inventory) throw new Error(`lab ${name} did not come up`)
  const lesson = await loadLesson(lessonId)
  const [solution, helper, proofs] = await Promise.all([
    loadSolution(lesson),
    helperOf(lesson),
    loadProofs(lesson),
  ])
  const connect = (node: string, role?: Role) =>
    connectMachine(node, inventory.nodes[node]!, role ? { role } : {})

  const run = async (steps: Step[]) => {
    const machines = new Map(Object.keys(inventory.nodes).map(node => [node, connect(node)]))
    try {
      await runSteps(steps, helper, node => machines.get(node)!)
    } finally {
      for (const machine of machines.values()) await (await machine).close()
    }
  }

  return {
    lesson,
    solve: stageId => run(solution.stages[stageId] ?? []),
    undo: () => run(solution.undo),
    apply: run,
    async shell(node, script) {
      const machine = await connect(node)
      try {
        const { code, stdout, stderr } = await machine.run(script, { deadlineMs: paced(60_000) })
        if (code !== 0) throw new Error(`${node}: ${script}: ${code}: ${stderr}`)
        return stdout.toString()
      } finally {
        await machine.close()
      }
    },
    async check() {
      const machines = new Map(Object.keys(inventory.nodes).map(node => [node, connect(node, 'looks')]))
      const looker = recording(openNodes(name, machines, {}, inventory.wires))
      try {
        const judgements = await judgeLesson(lesson, proofs, looker, {
          onJudged: () => undefined,
          signal: new AbortController().signal,
        })
        return { judgements, recorded: looker.recorded() }
      } finally {
        await looker.close()
      }
    },
    down: () => down(name, () => undefined),
  }
}

/** `claim verdict` for each claim, in the lesson's order. */
export const verdictsOf = (judgements: Map<string, Judgement>, lesson: Lesson): Record<string, string> =>
  Object.fromEntries(
    lesson.stages
      .flatMap(stage => stage.claims)
      .map(({ id }) => [id, judgements.get(id)?.verdict ?? 'missing']),
  )
