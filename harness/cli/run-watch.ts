import { constants } from 'node:os'
import { BadCall } from '../core/errors.ts'
import { closingAfterwards } from '../core/interrupt.ts'
import { text } from '../core/text.ts'
import { TriedAnswers } from '../hint/tried-answers.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { openLive } from '../live/open-live.ts'
import { stageIndex } from '../solve/solution.ts'
import { assertWritable } from '../tell/report-file.ts'
import { standardOutput } from '../tell/screen.ts'
import { closeAll, type Teller } from '../tell/teller.ts'
import { closingOf } from '../watch/closing.ts'
import { watchPlainly } from '../watch/plain.ts'
import type { WatchState } from '../watch/state.ts'
import { openTerminal } from '../watch/terminal.ts'
import { watch } from '../watch/watch.ts'
import { ended } from '../watch/words.ts'
import { EXIT_CODE } from './check.ts'
import type { CheckFlags } from './flags.ts'
import { chosenInventory } from './open-lab.ts'
import { rememberWatch } from './remember-watch.ts'
import { lazyShadow } from './shadow-of.ts'

/** All steps of every hint are there to be opened. */
const ALL_STEPS = 99

/**
 * Judges a lesson for as long as the learner looks on. Returns the exit code: that of a check of what was seen last, or 130
 * after Ctrl-C.
 */
export async function runWatch(lessonId: string, flags: CheckFlags): Promise<number> {
  for (const flag of ['replay', 'record'] as const) if (flags[flag] !== undefined) throw notLive(flag)
  const startedAt = performance.now()
  const lesson = await loadLesson(lessonId)
  if (flags.stage !== undefined) stageIndex(lesson, flags.stage)
  await assertWritable(flags.junit, flags.json)
  const [inventory, proofs] = await Promise.all([chosenInventory(flags, { lesson }), loadProofs(lesson)])
  const live = openLive({ lesson, proofs, lab: inventory, hints: ALL_STEPS })
  const shadow = lazyShadow(lesson, Promise.resolve(proofs), live.lab, flags)
  const state: WatchState = {
    answers: new TriedAnswers(lesson, shadow.get),
    ...{ lesson, lab: live.lab, lang: flags.lang },
    ...(flags.stage !== undefined && { only: flags.stage }),
    ...{ judgements: live.judgements, nodes: live.nodes },
    ...{
      showsAll: false,
      opened: new Map(),
      hints: flags.hints ?? 0,
      isLooking: false,
      stale: new Set(),
      scroll: 0,
    },
  }
  const remember = rememberWatch()
  const options = { live, state, onHappened: remember.happened, onOpened: remember.opened }
  const { colour } = standardOutput(flags)
  return closingAfterwards(
    async () => void (await Promise.all([live.close(), shadow.close()])),
    async signal => {
      const { state: last, how } =
        flags.plain || !isTerminal()
          ? await watchPlainly({
              ...options,
              signal,
              ...(process.stdin.isTTY && { input: process.stdin }),
              print: console.log,
            })
          : await watch({
              ...options,
              signal,
              place: { colour, explain: flags.explain === true },
              terminal: events => openTerminal({ input: process.stdin, output: process.stdout }, events),
            })
      const closing = closingOf(last, Math.round(performance.now() - startedAt))
      remember.ended(closing, flags.stage)
      await closeAll(await reportsFor(flags), closing)
      if (how !== 'gone') console.log(ended[last.lang])
      return how === 'interrupted' ? 128 + constants.signals.SIGINT : EXIT_CODE[closing.verdict]
    },
  )
}

const isTerminal = () =>
  process.stdin.isTTY === true && process.stdout.isTTY === true && process.env.TERM !== 'dumb'

async function reportsFor({ junit, json }: CheckFlags): Promise<Teller[]> {
  return [
    ...(junit === undefined ? [] : [(await import('../tell/junit.ts')).junitTeller(junit)]),
    ...(json === undefined ? [] : [(await import('../tell/json.ts')).jsonTeller(json)]),
  ]
}

const notLive = (flag: string) =>
  new BadCall(
    text(
      `--watch follows machines while they change: it cannot be used with --${flag}.`,
      `--watch 會持續查看機器的變化，不能和 --${flag} 一起使用。`,
    ),
  )
