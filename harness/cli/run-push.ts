import { statSync } from 'node:fs'
import { join } from 'node:path'
import { CLASS_FILES } from '../board/write-class.ts'
import type { Lang } from '../core/text.ts'
import { loadPushConfig } from '../push/push-config.ts'
import { type PushResult, pushGrades } from '../push/push-grades.ts'
import { signingKey } from '../push/signing-key.ts'
import { pushLines } from '../push/tell-push.ts'
import { cleanLine } from '../tell/clean.ts'

const [ALL_THERE, NOT_ALL] = [0, 2]

/** `grade push FOLDER --config FILE`. Resolves with the exit code: 0 when the platform has every grade there is, 2 when it has not. */
export async function runPush(
  place: string,
  { config, jwk, lang }: { config: string; jwk?: boolean; lang: Lang },
): Promise<number> {
  const platform = await loadPushConfig(config)
  if (jwk) {
    // A key set, as platforms take it (RFC 7517 §5).
    const { publicJwk } = await signingKey(platform.privateKeyFile)
    console.log(JSON.stringify({ keys: [publicJwk] }, null, 2))
    return ALL_THERE
  }
  const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory()
  const results = await pushGrades(isFolder ? join(place, CLASS_FILES.grade) : place, platform)
  for (const line of pushLines(results)) console.log(cleanLine(line[lang], { lang }))
  const isThere = ({ outcome }: PushResult) =>
    !['unmapped', 'refused', 'unanswered', 'unsent'].includes(outcome)
  return results.every(isThere) ? ALL_THERE : NOT_ALL
}
