import type { Text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import { Copy } from './commands.tsx'
import { Hops } from './hops.tsx'
import type { ClaimHead, ClaimState } from './protocol.ts'
import { typeCommand } from './shell-actions.ts'
import { tell, useStudio } from './store.ts'
import { SIGN, WORD } from './verdict-words.ts'
import { SAY, WORDS } from './words.ts'

interface Props {
  claim: ClaimHead
  state: ClaimState | undefined
  isJudging: boolean
}

/** One claim: its verdict in a sign and a word, and, where it does not hold, what was expected and seen. */
export function ClaimItem({ claim, state, isJudging }: Props) {
  const { lang, model } = useStudio()
  const verdict = state?.verdict
  const isOpen = state !== undefined && (state.lines.length > 0 || (state.hops?.length ?? 0) > 0)
  const opened = state?.hints.length ?? 0
  return (
    <li class={`claim ${verdict ?? 'none'}${isJudging ? ' judging' : ''}`} data-claim={claim.id}>
      <p class="head">
        <span class="sign" aria-hidden="true">
          {verdict ? SIGN[verdict] : '·'}
        </span>
        <span class="name">{claim.title[lang]}</span>
        <span class="verdict">
          {verdict ? verdictWords(verdict, state?.why)[lang] : WORDS.notJudged[lang]}
        </span>
      </p>
      {isOpen && (
        <dl class="lines">
          {state.lines.map(({ key, label, value, isCommand }) => (
            <div key={key}>
              <dt>{label[lang]}</dt>
              <dd>
                {isCommand ? <code>{value[lang]}</code> : value[lang]}
                {isCommand && <TypeIt words={value[lang]} />}
                {isCommand && <Copy words={value[lang]} />}
              </dd>
            </div>
          ))}
        </dl>
      )}
      {state?.hops && verdict === 'fails' && <Hops hops={state.hops} />}
      {state && state.hintsMax > 0 && (
        <div class="hints">
          {state.hints.length > 0 && (
            <ol>
              {state.hints.map((hint, index) => (
                <li key={hint.en}>
                  <span class="label">{SAY.hintNumber(index + 1)[lang]}</span> {hint[lang]}
                </li>
              ))}
            </ol>
          )}
          {opened < state.hintsMax && model?.role === 'student' && (
            <button type="button" class="quiet" onClick={() => tell({ do: 'hint', claim: claim.id })}>
              {SAY.hint(opened + 1, state.hintsMax)[lang]}
            </button>
          )}
        </div>
      )}
    </li>
  )
}

/** Chinese says in one word that a claim waits, and for what. */
const verdictWords = (verdict: Verdict, why: Text | undefined): Text =>
  verdict === 'waits' && why
    ? {
        en: `${WORD.waits.en} ${why.en}`,
        'zh-TW': /^等待/.test(why['zh-TW']) ? why['zh-TW'] : `${WORD.waits['zh-TW']}：${why['zh-TW']}`,
      }
    : WORD[verdict]

/** Types what is to be tried where it is to be tried, which its end says. */
function TypeIt({ words }: { words: string }) {
  const { model, lang } = useStudio()
  const [, command, node] = /^(.*\S)\s+# on (\S+)$/.exec(words) ?? []
  if (!command || !node || model?.role !== 'student' || !model.nodes.includes(node)) return null
  return (
    <button
      type="button"
      class="quiet copy"
      onClick={() => typeCommand(node, command, { runs: false, ends: 'itself' })}
    >
      {SAY.typeIn(node)[lang]}
    </button>
  )
}
