import { type Text, text } from '../core/text.ts'
import type { Step } from '../solve/solution.ts'

/** What is only looked at fixes nothing, and is no answer to be tried. */
const LOOKS =
  /^(ip netns exec \S+ )?(tcpdump|ping|curl|ss|brctl show|bash -c)\b|\b(show|list|find|get|dump|trace)\b/
/** PORT, UUID: for the learner to fill in. */
const PLACEHOLDER = /(?<![\w-])[A-Z][A-Z-]*[A-Z](?![\w-])/
/** “On controller: COMMAND”, with a condition before the colon where there is one. */
const ANSWER = /^On (\w+)(?:, [^:]*)?: (.+)$/

/**
 * The command that the last step of a hint says to run, and on which node; undefined where it says something else:
 * something to look at, to fill in, or to think about.
 */
export function answerIn(step: Text, nodes: readonly string[]): Step | undefined {
  const [, on = '', run = ''] = ANSWER.exec(step.en) ?? []
  const isWords = /\.$|, then |; for /.test(run)
  return !nodes.includes(on) || isWords || LOOKS.test(run) || PLACEHOLDER.test(run) ? undefined : { on, run }
}

/** What a trial of the answer showed. */
export type Tried = 'fixes' | 'does not fix' | 'unknown'

/** The last step of a hint as it is shown after its command was tried on another lab in the same state. */
export function shownAfter(step: Text, { on, run }: Step, tried: Tried): Text {
  if (tried === 'unknown') return step
  if (tried === 'fixes')
    return text(
      `${step.en}\n(We ran it on another lab in the same state: it fixes this.)`,
      `${step['zh-TW']}\n（在狀態相同的另一個實驗環境試過，這樣可以修好。）`,
    )
  return text(
    `Most learners need this command on ${on}: ${run}. We ran it on another lab in the same state, and it does not fix this: something else is wrong. Look again at what was seen, and where.`,
    `這一步通常要在 ${on} 上執行 ${run}，但在狀態相同的另一個實驗環境試過，這樣修不好：原因在別處。請再看一次檢查看到了什麼、在哪裡看到。`,
  )
}
