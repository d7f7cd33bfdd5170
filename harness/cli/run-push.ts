import { statSync } from 'node:fs'
import { join } from 'node:path'
import { CLASS_FILES } from '../board/write-class.ts'
import { type Lang, type Text, text } from '../core/text.ts'
import { loadPushConfig } from '../push/push-config.ts'
import { type PushResult, pushGrades } from '../push/push-grades.ts'
import { signingKey } from '../push/signing-key.ts'
import { cleanLine } from '../tell/clean.ts'

const [ALL_THERE, NOT_ALL] = [0, 2]

/** What became of a grade, for a screen. */
const OUTCOME: Record<PushResult['outcome'], Text> = {
  pushed: text('pushed', '已送出'),
  unchanged: text('was there already', '早已送達'),
  withdrawn: text('withdrawn: it is ungraded now', '已撤回：目前未評分'),
  ungraded: text('ungraded, nothing was pushed', '未評分，沒有送出'),
  unmapped: text('has no user id in the configuration', '設定裡沒有這位學生的使用者 id'),
  refused: text('refused', '對方拒絕'),
  unanswered: text('not answered', '沒有回應'),
}

/** `grade push FOLDER --config FILE`. Resolves with the exit code: 0 when the platform has every grade there is, 2 when it has not. */
export async function runPush(
  place: string,
  { config, jwk, lang }: { config: string; jwk?: boolean; lang: Lang },
): Promise<number> {
  const platform = await loadPushConfig(config)
  if (jwk) {
    console.log(JSON.stringify((await signingKey(platform.privateKeyFile)).publicJwk, null, 2))
    return ALL_THERE
  }
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory()
  const results = await pushGrades(isFolder ? join(place, CLASS_FILES.grade) : place, platform)
  for (const { student, name, points, maxPoints, outcome, why } of results) {
    const grade = points === null ? '' : ` ${points}/${maxPoints}`
    console.log(
      cleanLine(`${student} ${name}${grade}: ${OUTCOME[outcome][lang]}${why ? ` (${why[lang]})` : ''}`, {
        lang,
      }),
    )
  }
  const isThere = ({ outcome }: PushResult) => !['unmapped', 'refused', 'unanswered'].includes(outcome)
  return results.every(isThere) ? ALL_THERE : NOT_ALL
}
