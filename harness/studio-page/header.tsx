import { Checkpoints } from './checkpoints.tsx'
import { keep, setState, useStudio } from './store.ts'
import { LANG_NAMES, langs, SAY, WORDS } from './words.ts'

/** The lesson's name, how far one is, and the switches of the page. */
export function Header() {
  const state = useStudio()
  const { model, lang, whole, guests, isForReader } = state
  if (!model) return null
  const { lesson, lab, role } = model
  const share = whole ? whole.holds / Math.max(1, whole.claims) : 0
  return (
    <header class="top" data-part="top" tabIndex={-1}>
      <div class="title">
        <h1>{lesson.title[lang]}</h1>
        <p class="about">
          {lesson.id} · {SAY.lab(lab)[lang]}
          {role === 'guest' && <strong class="guest"> · {WORDS.guest[lang]}</strong>}
          {guests.length > 0 && <span class="guest"> · {SAY.guests(guests)[lang]}</span>}
        </p>
      </div>
      <div class="whole">
        {whole ? (
          <>
            <progress max={1} value={share} aria-label={SAY.done(whole.holds, whole.claims)[lang]} />
            <p>
              {whole.verdict === 'holds'
                ? WORDS.allComplete[lang]
                : `${SAY.done(whole.holds, whole.claims)[lang]} · ${SAY.points(whole.points, whole.maxPoints)[lang]}`}
            </p>
          </>
        ) : (
          <p>{WORDS.looking[lang]}</p>
        )}
      </div>
      <div class="switches">
        <Checkpoints />
        <button
          type="button"
          class="quiet"
          aria-pressed={isForReader}
          title={WORDS.readerHelp[lang]}
          onClick={() => {
            keep('reader', isForReader ? 'no' : 'yes')
            setState({ isForReader: !isForReader })
          }}
        >
          {WORDS.reader[lang]}
        </button>
        <fieldset class="languages">
          <legend class="hidden">Language / 語言</legend>
          {langs.map(one => (
            <button
              type="button"
              key={one}
              lang={one}
              class="quiet"
              aria-pressed={one === lang}
              onClick={() => {
                keep('lang', one)
                setState({ lang: one })
              }}
            >
              {LANG_NAMES[one]}
            </button>
          ))}
        </fieldset>
      </div>
    </header>
  )
}
