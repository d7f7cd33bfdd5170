import { BadCall } from '../core/errors.ts'
import { closingAfterwards } from '../core/interrupt.ts'
import { type Text, text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import { lessonIds, loadLesson } from '../lesson/load-lesson.ts'
import { type Comparison, compareProofs, unexplainedIn } from '../prove/compare.ts'
import { unprovokedOfCourse } from '../prove/gaps.ts'
import { holdLabNames } from '../prove/lab-name.ts'
import { type LabSource, labSources } from '../prove/lab-source.ts'
import { loadDifferences } from '../prove/load-differences.ts'
import { ProveLab } from '../prove/prove-lab.ts'
import { type Prepared, prepare, proveLesson } from '../prove/prove-lesson.ts'
import type { ProofReport, ProofTeller } from '../prove/report.ts'
import type { Finding, LessonProof } from '../prove/result.ts'
import { shardFrom } from '../prove/shard.ts'
import { words } from '../prove/wording.ts'
import { closeAll } from '../tell/teller.ts'
import type { ProveFlags } from './flags.ts'
import { proofTellersFor } from './proof-tellers.ts'

/** Proves the lessons the call means, on labs of its own of each kind. Resolves with the worst verdict. */
export async function runProve(lessonId: string | undefined, flags: ProveFlags): Promise<Verdict> {
  const repeats = countFrom('--repeat', flags.repeat)
  const sources = labSources(flags.labs)
  const jobs = flags.jobs === undefined ? undefined : countFrom('--jobs', flags.jobs)
  const pairs =
    flags.pairs === undefined ? undefined : { count: countFrom('--pairs', flags.pairs), seed: flags.seed }
  const shard = flags.shard === undefined ? undefined : shardFrom(flags.shard)
  const tellers = await proofTellersFor(flags)
  const prepared = await Promise.all(
    (await lessonsMeant(lessonId, flags)).map(async id =>
      prepare({
        lesson: await loadLesson(id),
        trialIds: flags.fault,
        ...(pairs && { pairs }),
        ...(shard && { shard }),
        repeats,
      }),
    ),
  )
  const outcome: ProofReport = { proofs: [], unavailable: [], comparisons: [], unprovoked: [] }
  for (const source of sources) {
    const side = source.isLent ? 1 : (jobs ?? source.sideBySide)
    const most = flags.fault.length > 0 && !pairs ? Math.min(side, flags.fault.length) : side
    const { proofs, missing } = await proveOn(source, prepared, most, tellers)
    outcome.proofs.push(...proofs)
    if (missing) outcome.unavailable.push({ labs: source.name, reason: missing })
  }
  outcome.comparisons.push(...(await compareAll(outcome.proofs)))
  const isWhole = flags.all && !outcome.proofs.some(({ isPartial }) => isPartial)
  if (isWhole && outcome.unavailable.length === 0)
    outcome.unprovoked.push(...unprovokedOfCourse(outcome.proofs))
  await closeAll(tellers, outcome)
  return worst([
    ...outcome.proofs.map(proof => proof.verdict),
    ...outcome.comparisons.map(one => (unexplainedIn(one).length > 0 ? 'fails' : 'holds') as Verdict),
    ...outcome.unavailable.map(({ labs }): Verdict => (mayBeMissing(sources, labs) ? 'holds' : 'unknown')),
  ])
}

const mayBeMissing = (sources: LabSource[], name: string) =>
  sources.some(source => source.name === name && source.mayBeMissing)

/** The proofs on one kind of labs, and why there are no more where there is no such lab to be had here. */
async function proveOn(
  source: LabSource,
  prepared: Prepared[],
  count: number,
  tellers: ProofTeller[],
): Promise<{ proofs: LessonProof[]; missing?: Text }> {
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
        for (const one of prepared) {
          await Promise.all(labs.map(lab => lab.beFor(one.request.lesson)))
          const missing = labs[0]!.state === 'down' ? await labs[0]!.cannotBeHad() : undefined
          if (missing) return { proofs: done, missing }
          const about = words.running(
            source.name,
            labs.map(lab => lab.name),
          )
          for (const teller of tellers) teller.opening?.(one.request.lesson.id, about)
          const onFinding = (finding: Finding) => {
            for (const teller of tellers) teller.finding?.(finding)
          }
          const proof = await proveLesson(one, labs, source, onFinding, signal)
          for (const teller of tellers) teller.proven?.(proof)
          done.push(proof)
        }
      } catch (thrown) {
        if (!signal.aborted) throw thrown
        // The labs are being taken away, and then the process ends.
        await new Promise(() => undefined)
      }
      return { proofs: done }
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
      `要證明哪個課程？現有課程：${lessonIds().join('、')}；或使用 --all。`,
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
