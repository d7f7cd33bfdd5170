import { joined, type Text, text } from '../core/text.ts'
import { isFulfilled } from '../judge/aside.ts'
import type { ClaimSpec } from '../lesson/lesson.ts'
import { StepFailed } from '../solve/run-steps.ts'
import type { Solution } from '../solve/solution.ts'
import { nodeNames } from '../topology/topology.ts'
import { claimsOf } from './judge-trial.ts'
import type { ProveLab, Taught } from './prove-lab.ts'
import { notUntouched } from './prove-solution.ts'
import type { Finding } from './result.ts'
import { notPrinted } from './shape.ts'
import { startClock } from './start-clock.ts'
import { stepsOf, stopOngoing, type TypedBlock } from './typed.ts'

/**
 * Types what a lesson's text shows, on untouched machines, in the order in which it stands there: no command ends with
 * an error, but those of which the text says so; what it shows as their output has the shape of what they print; where
 * it checks a stage its claims hold, before it undoes all do, and afterwards none.
 */
export async function proveTyped(
  lab: ProveLab,
  taught: Taught,
  undo: Solution['undo'],
  { file, blocks }: { file: string; blocks: TypedBlock[] },
): Promise<Finding> {
  const { lesson, helper } = taught
  const claims = claimsOf(lesson)
  const clock = startClock()
  const sentences: Text[] = []
  const check = async () => {
    await lab.settle()
    return lab.check(taught)
  }
  const notYet = async (at: string, wanted: ClaimSpec[]) => {
    const judgements = await check()
    const ids = wanted.filter(({ id }) => !isFulfilled(judgements.get(id))).map(({ id }) => id)
    if (ids.length === 0) return
    const list = joined(ids)
    sentences.push(
      text(
        `at "${at}", after all that stands before it, these do not hold: ${list.en}`,
        `照著前面的指令做到「${at}」，這些項目卻不成立：${list['zh-TW']}`,
      ),
    )
  }
  /** Starting a lab and entering it is done already; `explain` and the like change nothing. */
  const onOwnComputer = async (line: string) => {
    const stage = lesson.stages.find(({ id }) => line.endsWith(` --stage ${id}`))
    if (stage && / check /.test(line)) await notYet(line, stage.claims)
    if (!/ undo /.test(line)) return
    await notYet(line, claims)
    await lab.run([...stopOngoing(nodeNames(lesson.topology)), ...undo], helper)
    sentences.push(...notUntouched(claims, await check()))
  }

  await lab.makeUntouched()
  try {
    for (const block of blocks) {
      if (block.on.length > 0) sentences.push(...unlike(block, await lab.run(stepsOf(block), helper)))
      else for (const line of block.run.trim().split('\n')) await onOwnComputer(line)
    }
  } catch (thrown) {
    if (!(thrown instanceof StepFailed)) throw thrown
    sentences.push(thrown.reason)
  }
  return {
    phase: 'solutions',
    id: file,
    title: text(`what ${file} shows, typed in its order`, `依序輸入 ${file} 裡的指令`),
    verdict: sentences.length > 0 ? 'fails' : 'holds',
    sentences,
    durationMs: clock(),
  }
}

/** What a block shows as its output, and none of the nodes that it is typed on prints. */
function unlike({ shows = '', run }: TypedBlock, printed: string[]): Text[] {
  const [fewest = []] = printed
    .map(output => notPrinted(shows, output))
    .toSorted((one, other) => one.length - other.length)
  const command = run.trim().split('\n').at(-1)
  return fewest.map(line =>
    text(
      `"${command}" is shown to print "${line.trim()}", and prints no such line`,
      `課程文字說「${command}」會印出「${line.trim()}」，實際上沒有這樣的一行`,
    ),
  )
}
