import { LANGS, type Text, text } from '../core/text.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { count } from '../tell/wording.ts'

/** The steps of a hint, and whose they are. */
export interface Hint {
  place: string
  steps: Text[]
}

/** Every hint of a lesson's claims, the general ones and those that react, and of the course's causes. */
export const hintsOf = ({ stages, causes }: Pick<Lesson, 'stages' | 'causes'>): Hint[] => [
  ...stages
    .flatMap(({ claims }) => claims)
    .flatMap(({ id, hints, reactions = {} }) =>
      Object.entries({ '': hints, ...reactions }).map(([cause, steps]) => ({
        place: `claim ${id}${cause && ` · ${cause}`}`,
        steps,
      })),
    ),
  ...Object.entries(causes).map(([id, steps]) => ({ place: `cause ${id}`, steps })),
]

/** A command that changes something, of whatever tool has words like these. */
const CHANGES =
  /\b(?:(?:ovn|ovs)-\w+ctl|ip|bridge|tc|nft|ip6?tables|sysctl|systemctl|ethtool)\b[^`]*?\s(?:[a-z]+-)*(?:add|del|mod|set|destroy|remove|clear|flush|replace|start|restart|stop|resume|enable|disable|-w)\b/

/** What gives the answer before the last step: a line of the reference solution, a call of a helper, any command that changes something. */
export function givenAway(all: Hint[], answers: string[], helpers: string[]): Text[] {
  const givenIn = (words: string) =>
    answers.find(line => words.includes(line)) ??
    helpers.find(name => words.includes(`${name} `)) ??
    CHANGES.exec(words)?.[0]
  return all.flatMap(({ place, steps }) =>
    steps.slice(0, -1).flatMap((hint, at) => {
      const [answer] = LANGS.flatMap(lang => givenIn(hint[lang]) ?? [])
      return answer === undefined
        ? []
        : [
            text(
              `${place} · hint ${at + 1}: gives the answer before the last step: ${answer}`,
              `${place} · hint ${at + 1}：還沒到最後一步就給了答案：${answer}`,
            ),
          ]
    }),
  )
}

/** Hints lead from a direction to the place to the command: in two steps or three. */
export const uneven = (all: Hint[]): Text[] =>
  all
    .filter(({ steps }) => steps.length < 2 || steps.length > 3)
    .map(({ place, steps: { length } }) =>
      text(
        `${place}: has ${count(length, 'hint', 'hints')}; two or three are needed`,
        `${place}：有 ${length} 個提示，應該是兩個或三個`,
      ),
    )
