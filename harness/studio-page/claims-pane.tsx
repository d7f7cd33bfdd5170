import { ClaimItem } from './claim-item.tsx'
import type { StageHead } from './protocol.ts'
import { doneIn, setState, stageAt, tell, turnTo, useStudio } from './store.ts'
import { SIGN } from './verdict-words.ts'
import { SAY, WORDS } from './words.ts'

/** What holds, of this stage or of all, and what just changed. */
export function ClaimsView() {
  const state = useStudio()
  const { model, showsAll } = state
  const stage = stageAt(state)
  const shown = showsAll ? (model?.stages ?? []) : stage ? [stage] : []
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <div class="list" tabIndex={0}>
        {shown.length === 0 && <Overview />}
        {shown.map(one => (
          <StageClaims stage={one} isTitled={showsAll} key={one.id} />
        ))}
      </div>
      <Changes />
    </>
  )
}

ClaimsView.Bar = function Bar() {
  const { model, lang, showsAll } = useStudio()
  return (
    <>
      <div class="choice">
        <button
          type="button"
          class="quiet"
          aria-pressed={!showsAll}
          onClick={() => setState({ showsAll: false })}
        >
          {WORDS.thisStage[lang]}
        </button>
        <button
          type="button"
          class="quiet"
          aria-pressed={showsAll}
          onClick={() => setState({ showsAll: true })}
        >
          {WORDS.allStages[lang]}
        </button>
      </div>
      {model?.role === 'student' && (
        <button type="button" class="quiet again" onClick={() => tell({ do: 'again' })}>
          {WORDS.again[lang]}
        </button>
      )}
    </>
  )
}

/** Beside a part of the text that is about no stage: how far each of them is. */
function Overview() {
  const state = useStudio()
  const { model, lang } = state
  const chapters = model?.chapters[lang] ?? []
  return (
    <>
      <p class="muted">{WORDS.noClaims[lang]}</p>
      <ul>
        {model?.stages.map((stage, index) => {
          const chapter = chapters.findIndex(({ stage: id }) => id === stage.id)
          const done = doneIn(state, stage)
          const isDone = done === stage.claims.length
          return (
            <li class={`claim ${isDone ? 'holds' : 'none'}`} key={stage.id}>
              <p class="head">
                <span class="sign" aria-hidden="true">
                  {isDone ? SIGN.holds : index + 1}
                </span>
                <span class="name">
                  <button
                    type="button"
                    class="quiet turn-to"
                    disabled={chapter < 0}
                    onClick={() => turnTo(chapter)}
                  >
                    {stage.title[lang]}
                  </button>
                  {stage.isExtra && <span class="tag">{WORDS.extra[lang]}</span>}
                </span>
                <span class="verdict">{SAY.done(done, stage.claims.length)[lang]}</span>
              </p>
            </li>
          )
        })}
      </ul>
    </>
  )
}

function StageClaims({ stage, isTitled }: { stage: StageHead; isTitled: boolean }) {
  const state = useStudio()
  const { lang, claims, judging, model } = state
  const number = (model?.stages.indexOf(stage) ?? 0) + 1
  return (
    <>
      <h3 class={isTitled ? '' : 'only'}>
        {number}. {stage.title[lang]}
        {stage.isExtra && <span class="tag">{WORDS.extra[lang]}</span>}
        <span class="count">{SAY.done(doneIn(state, stage), stage.claims.length)[lang]}</span>
      </h3>
      <ul>
        {stage.claims.map(claim => (
          <ClaimItem
            claim={claim}
            state={claims[claim.id]}
            isJudging={judging.includes(claim.id)}
            key={claim.id}
          />
        ))}
      </ul>
    </>
  )
}

/** What just changed, and what caused it: the last one first. */
function Changes() {
  const { flips, lang } = useStudio()
  const time = new Intl.DateTimeFormat(lang, { timeStyle: 'medium', hour12: false })
  const last = flips.slice(-4).reverse()
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys
    <div class="changes" tabIndex={0}>
      <h3>{WORDS.changed[lang]}</h3>
      {last.length === 0 && <p class="muted">{WORDS.nothingYet[lang]}</p>}
      <ol>
        {last.map(({ atMs, words, causes }) => (
          <li key={`${atMs}-${words.en}`}>
            <time>{time.format(atMs)}</time> {words[lang]}
            {causes.map(cause => (
              <span class="cause" key={cause.en}>
                {cause[lang]}
              </span>
            ))}
          </li>
        ))}
      </ol>
    </div>
  )
}
