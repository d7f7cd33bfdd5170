import type { Bundle } from '../bundle/bundle.ts'
import { openCheck } from '../check/open-check.ts'
import type { Lang, Text } from '../core/text.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import type { Proofs } from '../judge/proof.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import type { Looker } from '../look/evidence.ts'
import { Lab } from '../look/lab.ts'
import { type Recording, replay } from '../look/recording.ts'
import type { Closing } from '../tell/teller.ts'
import { type Distrust, loadDistrust } from './load-distrust.ts'

/** A lesson with its proofs, loaded once for a whole class. */
export interface GradedLesson {
  lesson: Lesson
  proofs: Proofs
}

/** Loads a lesson to grade by. Rejects with BadCall where there is none of this name. */
export async function lessonToGrade(id: string): Promise<GradedLesson> {
  const lesson = await loadLesson(id)
  return { lesson, proofs: await loadProofs(lesson) }
}

/** All steps of a hint: who grades sees them; what a student is told is decided by the feedback rule. */
const ALL_HINTS = 99

/** What the lesson's checks of today make of what was seen; no machine is asked. */
export const judgeRecording = (
  { lesson, proofs }: GradedLesson,
  recording: Recording,
  lang: Lang = 'en',
): Promise<Closing> =>
  openCheck({
    lesson,
    hints: ALL_HINTS,
    lab: recording.lab,
    lang,
    recorded: { takenAt: recording.takenAt },
    tellers: [],
  }).judge(proofs, replay(recording), new AbortController().signal)

let distrust: Promise<Distrust> | undefined

/** Why a looker's machines are not to be believed; on a recording, from what was recorded. CannotLook is no reason. */
export async function whyUntrusted({ lesson }: GradedLesson, looker: Looker): Promise<Text[]> {
  distrust ??= loadDistrust()
  return (await distrust)(new Lab(looker, lesson.topology))
}

/** The short form of a check's verdicts, which a bundle keeps beside its facts. */
export const verdictsOf = (closing: Closing): Bundle['judged'] =>
  Object.fromEntries(
    closing.stages.flatMap(({ claims }) =>
      claims.map(({ claim, judgement: { verdict, aside, where, cause } }) => [
        claim.id,
        {
          verdict,
          ...(aside && { aside }),
          ...(where !== undefined && { where }),
          ...(cause !== undefined && { cause }),
          maxPoints: claim.points,
        },
      ]),
    ),
  )
