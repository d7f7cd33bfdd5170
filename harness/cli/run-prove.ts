import { canRunHere } from '../embedded/index.ts'
import { BadCall, CannotLook } from '../judge/errors.ts'
import type { Verdict } from '../judge/verdict.ts'
import { lessonIds, loadLesson } from '../lesson/load-lesson.ts'
import { holdLabNames } from '../prove/lab-name.ts'
import { ProveLab } from '../prove/prove-lab.ts'
import { prepare, proveLesson } from '../prove/prove-lesson.ts'
import type { LessonProof } from '../prove/result.ts'
import { shardFrom } from '../prove/shard.ts'
import { proofTerminal } from '../prove/tell-terminal.ts'
import { words } from '../prove/wording.ts'
import { text } from '../say/text.ts'
import { colourWanted } from '../tell/colour.ts'
import { assertWritable } from '../tell/report-file.ts'
import type { ProveFlags } from './flags.ts'
import { closingAfterwards } from './interrupt.ts'

/** Proves the lessons the call means, on embedded labs of its own. Resolves with the worst verdict. */
export async function runProve(lessonId: string | undefined, flags: ProveFlags): Promise<Verdict> {
  const repeats = countFrom('--repeat', flags.repeat)
  const labCount = countFrom('--labs', flags.labs)
  const shard = flags.shard === undefined ? undefined : shardFrom(flags.shard)
  for (const file of [flags.junit, flags.json, flags.html]) if (file !== undefined) await assertWritable(file)
  const prepared = await Promise.all(
    (await lessonsMeant(lessonId, flags)).map(async id =>
      prepare({ lesson: await loadLesson(id), faultIds: flags.fault, ...(shard && { shard }), repeats }),
    ),
  )
  const able = await canRunHere()
  if (!able.ok) throw noLabs(able.reason)

  const screen = proofTerminal({
    write: line => void process.stdout.write(line),
    lang: flags.lang,
    colour: flags.color && colourWanted(process.env, process.stdout),
    widthColumns: process.stdout.columns ?? 100,
  })
  const most = flags.fault.length > 0 ? Math.min(labCount, flags.fault.length) : labCount
  const names = await holdLabNames(most)
  const labs = names.map(({ name }) => new ProveLab(name))
  const proofs = await closingAfterwards(
    async () => {
      await Promise.allSettled(labs.map(lab => lab.remove()))
      for (const { release } of names) release()
    },
    async signal => {
      const done: LessonProof[] = []
      try {
        for (const one of prepared) {
          screen.opening(one.request.lesson.id, words.running(labs.map(lab => lab.name)))
          const proof = await proveLesson(one, labs, finding => screen.finding(finding), signal)
          screen.closing(proof)
          done.push(proof)
        }
      } catch (thrown) {
        if (!signal.aborted) throw thrown
        // The labs are being taken away, and then the process ends.
        await new Promise(() => undefined)
      }
      return done
    },
  )
  await report(proofs, flags)
  return worst(proofs.map(proof => proof.verdict))
}

async function report(proofs: LessonProof[], { json, junit, html, lang }: ProveFlags): Promise<void> {
  if (json !== undefined) (await import('../prove/tell-json.ts')).writeJson(json, proofs, lang)
  if (junit !== undefined) await (await import('../prove/tell-junit.ts')).writeJunit(junit, proofs, lang)
  if (html !== undefined) (await import('../prove/tell-html.ts')).writeHtml(html, proofs, lang)
}

/** Not proven before not tried; a lesson without faults is not proven either. */
const worst = (verdicts: Verdict[]): Verdict =>
  (['fails', 'unknown', 'waits'] as const).find(verdict => verdicts.includes(verdict)) ?? 'holds'

async function lessonsMeant(lessonId: string | undefined, { all, fault }: ProveFlags): Promise<string[]> {
  if (all && (lessonId !== undefined || fault.length > 0))
    throw new BadCall(
      text(
        '--all means every lesson and every fault: leave out the lesson and --fault.',
        '--all 代表所有課程和所有故障：請不要再指定課程或 --fault。',
      ),
    )
  if (all) return lessonIds()
  if (lessonId !== undefined) return [lessonId]
  throw new BadCall(
    text(
      `Which lesson? Lessons: ${lessonIds().join(', ')}; or --all.`,
      `要驗證哪個課程？現有課程：${lessonIds().join('、')}；或使用 --all。`,
    ),
  )
}

function countFrom(flag: string, words: string): number {
  if (/^[1-9]\d{0,3}$/.test(words)) return Number(words)
  throw new BadCall(
    text(
      `${flag} "${words}" is not a number from 1 to 9999.`,
      `${flag}「${words}」不正確：請寫 1 到 9999 之間的數字。`,
    ),
  )
}

const noLabs = (reason: { en: string; 'zh-TW': string }) =>
  new CannotLook(
    text(
      `A proof needs embedded labs, and none can be started here: ${reason.en}`,
      `驗證需要內建實驗環境，但這裡無法啟動：${reason['zh-TW']}`,
    ),
  )
