import { basename, join } from 'node:path'
import { NODE_NAMES } from '../embedded/names.ts'
import { BadCall } from '../judge/errors.ts'
import type { Verdict } from '../judge/verdict.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { loadProofs } from '../lesson/load-lesson.ts'
import { nearest } from '../manifest/nearest.ts'
import { type Text, text } from '../say/text.ts'
import { helperOf, loadSolution } from '../solve/solution.ts'
import type { Fault } from './fault.ts'
import type { LabSource } from './lab-source.ts'
import { lintLesson } from './lint.ts'
import { loadFaults, yamlFilesIn } from './load-faults.ts'
import { figuresOf, MIN_NAMED } from './matrix.ts'
import { faultFinding, makeSolved, proveFault } from './prove-fault.ts'
import type { ProveLab, Taught } from './prove-lab.ts'
import { type NamedSolution, proveSolution } from './prove-solution.ts'
import { type Finding, type LessonProof, PHASES } from './result.ts'
import { ofShard, type Shard } from './shard.ts'
import { type Job, spread } from './spread.ts'
import { startClock } from './start-clock.ts'

/** What of a lesson is to be proven, and how. */
export interface ProveRequest {
  lesson: Lesson
  /** Only these faults; the lesson's other phases are left out. */
  faultIds: string[]
  shard?: Shard
  /** How often the untouched and the solved lab are checked. */
  repeats: number
}

/** A lesson's proof with all it needs read and validated, before a lab is brought up. */
export interface Prepared {
  request: ProveRequest
  taught: Taught
  solutions: NamedSolution[]
  faults: Fault[]
}

/** Reads a lesson's faults and solutions; anything invalid in them, or an unknown fault id, is a BadCall. */
export async function prepare(request: ProveRequest): Promise<Prepared> {
  const { lesson, faultIds, shard } = request
  const more = await yamlFilesIn(join(lesson.folder, 'solutions'))
  const [all, proofs, helper, ...solutions] = await Promise.all([
    loadFaults(lesson, NODE_NAMES),
    loadProofs(lesson),
    helperOf(lesson),
    ...[join(lesson.folder, 'solution.yaml'), ...more].map(async (file, index) => ({
      file,
      solution: await loadSolution(lesson, file),
      isReference: index === 0,
    })),
  ])
  const ids = all.map(fault => fault.id)
  for (const id of faultIds) if (!ids.includes(id)) throw noSuchFault(lesson.id, id, ids)
  const asked = faultIds.length > 0 ? all.filter(({ id }) => faultIds.includes(id)) : all
  return {
    request,
    taught: { lesson, proofs, helper },
    solutions,
    faults: shard ? ofShard(asked, shard) : asked,
  }
}

function noSuchFault(lessonId: string, id: string, ids: string[]): BadCall {
  const guess = nearest(id, ids)
  return new BadCall(
    text(
      `${lessonId} has no fault "${id}".${guess === undefined ? '' : ` Did you mean "${guess}"?`} Its faults: ${ids.join(', ') || 'none'}.`,
      `${lessonId} 沒有名為「${id}」的故障${guess === undefined ? '' : `，是不是要寫「${guess}」？`}現有的故障：${ids.join('、') || '無'}。`,
    ),
  )
}

/** Proves one lesson on the labs; each finding is told as soon as it is there. The labs are taken away at its end. */
export async function proveLesson(
  { request, taught, solutions, faults }: Prepared,
  labs: ProveLab[],
  source: LabSource,
  onFinding: (finding: Finding) => void,
  signal: AbortSignal,
): Promise<LessonProof> {
  const clock = startClock()
  const { lesson, faultIds, shard, repeats } = request
  const findings: Finding[] = []
  let flips = 0
  const tell = (finding: Finding) => {
    findings.push(finding)
    onFinding(finding)
  }
  const reference = solutions[0]!.solution
  // Phases that are not about one fault belong to the first shard.
  const isWhole = faultIds.length === 0 && (shard === undefined || shard.index === 1)
  if (isWhole) tell(await lintLesson(lesson, solutions, faults))

  let madeOf: string | undefined
  const solutionJobs: Job[] = (isWhole ? solutions : []).map(named => ({
    async run(lab) {
      const proof = await proveSolution(lab, taught, named, repeats)
      flips += proof.flips
      madeOf ??= await lab.madeOf()
      proof.findings.forEach(tell)
    },
    lost: why => tell(lostSolution(named, why)),
  }))
  let unsolvable: Text | undefined
  const faultJobs: Job[] = faults.map(fault => ({
    async run(lab) {
      unsolvable ??= await makeSolved(lab, taught, reference)
      madeOf ??= await lab.madeOf()
      tell(
        unsolvable
          ? faultFinding(fault, 'fails', [notTried(unsolvable)])
          : await proveFault(lab, taught, fault),
      )
    },
    lost: why => tell(faultFinding(fault, 'unknown', [why])),
  }))
  await spread([...solutionJobs, ...faultJobs], labs, signal)
  return {
    lesson,
    labs: source.name,
    ...(madeOf !== undefined && { madeOf }),
    verdict: verdictOf(findings, faults.length),
    isPartial: faultIds.length > 0 || (shard?.total ?? 1) > 1,
    findings: inOrder(findings, faults),
    flips,
    durationMs: clock(),
  }
}

/** Findings come as the labs are ready with them; they are reported as the lesson has them. */
const inOrder = (findings: Finding[], faults: Fault[]): Finding[] => {
  const order = faults.map(fault => fault.id)
  const rank = ({ phase, id }: Finding) => PHASES.indexOf(phase) * (order.length + 1) + order.indexOf(id)
  return [...findings].sort((one, other) => rank(one) - rank(other))
}

const notTried = (why: Text) =>
  text(
    `not tried, since the reference solution does not hold: ${why.en}`,
    `沒有嘗試，因為參考解答本身不成立：${why['zh-TW']}`,
  )

const lostSolution = ({ file }: NamedSolution, why: Text): Finding => ({
  phase: 'solutions',
  id: basename(file),
  title: text(`solution ${basename(file)}`, `解答 ${basename(file)}`),
  verdict: 'unknown',
  sentences: [why],
  durationMs: 0,
})

/** A lesson no fault was tried on is not proven, however well its solutions hold. */
function verdictOf(findings: Finding[], faultsTotal: number): Verdict {
  const verdicts = findings.map(finding => finding.verdict)
  if (verdicts.includes('fails') || figuresOf(findings).namedShare < MIN_NAMED) return 'fails'
  if (verdicts.includes('unknown')) return 'unknown'
  return faultsTotal === 0 ? 'waits' : 'holds'
}
