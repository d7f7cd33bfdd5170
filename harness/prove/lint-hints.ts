import type { ClaimSpec } from '../lesson/lesson.ts'
import { LANGS, type Text, text } from '../say/text.ts'
import { count } from '../tell/wording.ts'

/** A step of a hint, and where it stands in the manifest. */
interface Hint {
  place: string
  hint: Text
  isLast: boolean
}

/** Every step of each hint of a claim, the general ones and those that react. */
export const hintsOf = ({ id, hints, reactions = {} }: ClaimSpec): Hint[] =>
  Object.entries({ '': hints, ...reactions }).flatMap(([cause, steps]) =>
    steps.map((hint, at) => ({
      place: `claim ${id} · ${cause && `${cause} · `}hint ${at + 1}`,
      hint,
      isLast: at === steps.length - 1,
    })),
  )

/** A command that changes something, of whatever tool has words like these. */
const CHANGES =
  /\b(?:(?:ovn|ovs)-\w+ctl|ip|bridge|tc|nft|ip6?tables|sysctl|systemctl|ethtool)\b[^`]*?\s(?:[a-z]+-)*(?:add|del|mod|set|destroy|remove|clear|flush|replace|start|restart|stop|resume|enable|disable|-w)\b/

/** What gives the answer before the last step: a line of the reference solution, a call of a helper, any command that changes something. */
export function givenAway(claims: ClaimSpec[], answers: string[], helpers: string[]): Text[] {
  const givenIn = (words: string) =>
    answers.find(line => words.includes(line)) ??
    helpers.find(name => words.includes(`${name} `)) ??
    CHANGES.exec(words)?.[0]
  return claims.flatMap(hintsOf).flatMap(({ place, hint, isLast }) => {
    const [answer] = isLast ? [] : LANGS.flatMap(lang => givenIn(hint[lang]) ?? [])
    return answer === undefined
      ? []
      : [
          text(
            `${place}: gives the answer before the last step: ${answer}`,
            `${place}：還沒到最後一步就給了答案：${answer}`,
          ),
        ]
  })
}

/** Hints lead from a direction to the place to the command: in two steps or three. */
export const uneven = (claims: ClaimSpec[]): Text[] =>
  claims.flatMap(({ id, hints, reactions = {} }) =>
    Object.entries({ '': hints, ...reactions })
      .filter(([, steps]) => steps.length < 2 || steps.length > 3)
      .map(([cause, { length }]) => {
        const place = `claim ${id}${cause && ` · ${cause}`}`
        return text(
          `${place}: has ${count(length, 'step', 'steps')} of hints, and two or three are wanted`,
          `${place}：提示有 ${length} 步，應該是兩步或三步`,
        )
      }),
  )
