import { useEffect, useRef, useState } from 'preact/hooks'
import type { StageHead } from './protocol.ts'
import { tell, useStudio } from './store.ts'
import { SAY, WORDS } from './words.ts'

/** For who is stuck, or wants to begin later in the lesson: solves up to this stage, after a question. */
export function SolveStage({ stage }: { stage: StageHead }) {
  const { checkpoints, lang, model } = useStudio()
  const [isAsked, setAsked] = useState(false)
  const yes = useRef<HTMLButtonElement>(null)
  // The question comes in place of the button: the focus goes with it.
  useEffect(() => {
    if (isAsked) yes.current?.focus()
  }, [isAsked])
  if (!checkpoints || model?.role !== 'student') return null
  const number = model.stages.indexOf(stage) + 1
  if (!isAsked)
    return (
      <button type="button" class="quiet solve" disabled={checkpoints.isBusy} onClick={() => setAsked(true)}>
        {(checkpoints.isBusy ? WORDS.working : SAY.solve(number))[lang]}
      </button>
    )
  return (
    <div role="alertdialog" aria-label={SAY.solveAsks(number)[lang]} class="ask solve">
      <p>{SAY.solveAsks(number)[lang]}</p>
      <button
        type="button"
        ref={yes}
        onClick={() => {
          setAsked(false)
          tell({ do: 'solve-stage', stage: stage.id, lang })
        }}
      >
        {WORDS.solveIt[lang]}
      </button>
      <button type="button" onClick={() => setAsked(false)}>
        {WORDS.refuse[lang]}
      </button>
    </div>
  )
}
