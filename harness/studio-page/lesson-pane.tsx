import { useEffect, useRef } from 'preact/hooks'
import { Commands } from './commands.tsx'
import type { Chapter, Piece } from './protocol.ts'
import { SolveStage } from './solve-stage.tsx'
import { doneIn, type State, stageAt, turnTo, useStudio } from './store.ts'
import { SAY, WORDS } from './words.ts'

/** The lesson's text, a chapter at a time, and where one is in it. */
export function LessonPane() {
  const state = useStudio()
  const { model, lang, chapter } = state
  const pane = useRef<HTMLElement>(null)
  const chapters = model?.chapters[lang] ?? []
  const shown = chapters[chapter]
  useEffect(() => {
    pane.current?.scrollTo(0, 0)
  }, [chapter])
  const go = (to: number) => {
    turnTo(to)
    pane.current?.focus()
  }
  const stage = stageAt(state)
  const isComplete = stage !== undefined && doneIn(state, stage) === stage.claims.length
  return (
    <section class="lesson" aria-label={WORDS.lesson[lang]}>
      <Steps chapters={chapters} state={state} go={go} />
      <article class="text" ref={pane} tabIndex={-1} data-part="lesson" aria-labelledby="chapter-title">
        <h2 id="chapter-title">
          {stage && `${(model?.stages.indexOf(stage) ?? 0) + 1}. `}
          {shown?.title}
        </h2>
        {shown?.pieces.map((piece, index) => (
          <PieceView piece={piece} key={`${chapter}-${index}`} />
        ))}
        {stage && !isComplete && <SolveStage stage={stage} key={stage.id} />}
        <div class="turn">
          {chapter > 0 && (
            <button type="button" onClick={() => go(chapter - 1)}>
              ← {WORDS.previous[lang]}
            </button>
          )}
          {isComplete && <p class="complete">✔ {WORDS.complete[lang]}</p>}
          {chapter < chapters.length - 1 && (
            <button type="button" class={isComplete ? 'main' : ''} onClick={() => go(chapter + 1)}>
              {SAY.next(chapters[chapter + 1]?.title ?? '')[lang]} →
            </button>
          )}
        </div>
      </article>
    </section>
  )
}

function PieceView({ piece }: { piece: Piece }) {
  if ('run' in piece) return <Commands piece={piece} />
  // Made from the lesson's Markdown by the studio, which lets no tags of it through; scripts would be stopped by the policy.
  return <div class="prose" dangerouslySetInnerHTML={{ __html: piece.html }} />
}

function Steps({
  chapters,
  state,
  go,
}: {
  chapters: Chapter[]
  state: State
  go: (chapter: number) => void
}) {
  const { model, lang, chapter } = state
  return (
    <nav class="steps" aria-label={WORDS.chapters[lang]}>
      <ol>
        {chapters.map(({ title, stage: id }, index) => {
          const at = model?.stages.findIndex(stage => stage.id === id) ?? -1
          const stage = model?.stages[at]
          const done = stage ? doneIn(state, stage) : 0
          const isDone = stage !== undefined && done === stage.claims.length
          const name = stage ? SAY.stage(at + 1, title, done, stage.claims.length)[lang] : title
          const sign = isDone ? '✔' : stage ? String(at + 1) : index === 0 ? '·' : '…'
          return (
            <li key={title}>
              <button
                type="button"
                class={`step${isDone ? ' done' : ''}${stage?.isExtra ? ' extra' : ''}`}
                aria-current={index === chapter ? 'step' : undefined}
                aria-label={name}
                title={name}
                onClick={() => go(index)}
              >
                {sign}
              </button>
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
