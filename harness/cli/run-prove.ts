import { BadCall } from '../judge/errors.ts'
import type { Verdict } from '../judge/verdict.ts'
import { lessonIds, loadLesson } from '../lesson/load-lesson.ts'
import { type Comparison, compareProofs, unexplainedIn } from '../prove/compare.ts'
import { holdLabNames } from '../prove/lab-name.ts'
import { type LabSource, labSources } from '../prove/lab-source.ts'
import { loadDifferences } from '../prove/load-differences.ts'
import { ProveLab } from '../prove/prove-lab.ts'
import { type Prepared, prepare, proveLesson } from '../prove/prove-lesson.ts'
import type { ProofReport } from '../prove/report.ts'
import type { LessonProof } from '../prove/result.ts'
import { shardFrom } from '../prove/shard.ts'
import { proofTerminal } from '../prove/tell-terminal.ts'
import { words } from '../prove/wording.ts'
import { type Text, text } from '../say/text.ts'
import { colourWanted } from '../tell/colour.ts'
import { assertWritable } from '../tell/report-file.ts'
import type { ProveFlags } from './flags.ts'
import { closingAfterwards } from './interrupt.ts'

/** Proves the lessons the call means, on labs of its own of each kind. Resolves with the worst verdict. */
export async function runProve(lessonId: string | undefined, flags: ProveFlags): Promise<Verdict> {
  const repeats = countFrom('--repeat', flags.repeat)
  const sources = labSources(flags.labs)
  const jobs = flags.jobs === undefined ? undefined : countFrom('--jobs', flags.jobs)
  const shard = flags.shard === undefined ? undefined : shardFrom(flags.shard)
  for (const file of [flags.junit, flags.json, flags.html]) if (file !== undefined) await assertWritable(file)
  const prepared = await Promise.all(
    (await lessonsMeant(lessonId, flags)).map(async id =>
      prepare({ lesson: await loadLesson(id), trialIds: flags.fault, ...(shard && { shard }), repeats }),
    ),
  )
  const screen = proofTerminal({
    write: line => void process.stdout.write(line),
    lang: flags.lang,
    colour: flags.color && colourWanted(process.env, process.stdout),
    widthColumns: process.stdout.columns ?? 100,
  })
  const outcome: ProofReport = { proofs: [], unavailable: [], comparisons: [] }
  for (const source of sources) {
    const side = source.isLent ? 1 : (jobs ?? source.sideBySide)
    const most = flags.fault.length > 0 ? Math.min(side, flags.fault.length) : side
    const came = await proveOn(source, prepared, most, screen)
    if (Array.isArray(came)) outcome.proofs.push(...came)
    else outcome.unavailable.push({ labs: source.name, reason: came })
  }
  outcome.comparisons.push(...(await compareAll(outcome.proofs)))
  screen.compared(outcome)
  await report(outcome, flags)
  return worst([
    ...outcome.proofs.map(proof => proof.verdict),
    ...outcome.comparisons.map(one => (unexplainedIn(one).length > 0 ? 'fails' : 'holds') as Verdict),
    ...outcome.unavailable.map(({ labs }): Verdict => (mayBeMissing(sources, labs) ? 'holds' : 'unknown')),
  ])
}

const mayBeMissing = (sources: LabSource[], name: string) =>
  sources.some(source => source.name === name && source.mayBeMissing)

/** The proofs on one kind of labs, or why there is no such lab to be had here. */
async function proveOn(
  source: LabSource,
  prepared: Prepared[],
  count: number,
  screen: ReturnType<typeof proofTerminal>,
): Promise<LessonProof[] | Text> {
  const names = source.isLent
    ? [{ name: source.labName, release: () => undefined }]
    : await holdLabNames(source.labName, count)
  const labs = names.map(({ name }) => new ProveLab(name, source))
  return closingAfterwards(
    async () => {
      await Promise.allSettled(labs.map(lab => lab.remove()))
      for (const { release } of names) release()
    },
    async signal => {
      const done: LessonProof[] = []
      try {
        const missing = await labs[0]!.cannotBeHad()
        if (missing) return missing
        for (const one of prepared) {
          screen.opening(
            one.request.lesson.id,
            words.running(
              source.name,
              labs.map(lab => lab.name),
            ),
          )
          const proof = await proveLesson(one, labs, source, finding => screen.finding(finding), signal)
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
}

/** Every lesson's proof on the first kind of labs with its proof on each other kind. */
async function compareAll(proofs: LessonProof[]): Promise<Comparison[]> {
  const [first] = proofs
  const pairs = proofs.flatMap(other => {
    const one = proofs.find(({ lesson, labs }) => lesson === other.lesson && labs === first?.labs)
    return one && one !== other ? [[one, other] as const] : []
  })
  return Promise.all(
    pairs.map(async ([one, other]) => compareProofs(one, other, await loadDifferences(one.lesson))),
  )
}

async function report(outcome: ProofReport, { json, junit, html, lang }: ProveFlags): Promise<void> {
  if (json !== undefined) (await import('../prove/tell-json.ts')).writeJson(json, outcome, lang)
  if (junit !== undefined) await (await import('../prove/tell-junit.ts')).writeJunit(junit, outcome, lang)
  if (html !== undefined) (await import('../prove/tell-html.ts')).writeHtml(html, outcome, lang)
}

/** Not proven before not tried; a lesson without faults is not proven either. */
const worst = (verdicts: Verdict[]): Verdict =>
  (['fails', 'unknown', 'waits'] as const).find(verdict => verdicts.includes(verdict)) ?? 'holds'

async function lessonsMeant(lessonId: string | undefined, { all, fault }: ProveFlags): Promise<string[]> {
  if (all && (lessonId !== undefined || fault.length > 0))
    throw new BadCall(
      text(
        '--all already means every lesson and everything that is tried on it: omit the lesson and --fault.',
        '--all 代表所有課程和所有要嘗試的項目：請不要再指定課程或 --fault。',
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
