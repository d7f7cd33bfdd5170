import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { nearest } from '../core/nearest.ts'
import { type Text, text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import { helperOf } from '../lesson/helper.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { yamlFilesIn } from '../manifest/yaml-files.ts'
import { loadSolution } from '../solve/solution.ts'
import { nodeNames } from '../topology/topology.ts'
import type { LabSource } from './lab-source.ts'
import { lintLesson } from './lint.ts'
import { loadTrials } from './load-trials.ts'
import { figuresOf, MIN_NAMED } from './matrix.ts'
import { type Draw, pairsOf } from './pairs.ts'
import type { ProveLab, Taught } from './prove-lab.ts'
import { type NamedSolution, proveSolution } from './prove-solution.ts'
import { makeSolved, proveTrial, taughtUpTo, trialFinding } from './prove-trial.ts'
import { proveTyped } from './prove-typed.ts'
import { type Finding, type LessonProof, PHASES } from './result.ts'
import { ofShard, type Shard } from './shard.ts'
import { type Job, spread } from './spread.ts'
import { startClock } from './start-clock.ts'
import type { Trial } from './trial.ts'
import { type TypedBlock, typedIn } from './typed.ts'

/** What of a lesson is to be proven, and how. */
export interface ProveRequest {
  lesson: Lesson
  /** Only these faults, variations and lies; the lesson's other phases are left out. */
  trialIds: string[]
  /** Pairs of its trials, drawn, in place of the trials and of the other phases. */
  pairs?: Draw
  shard?: Shard
  /** How often the untouched and the solved lab are checked. */
  repeats: number
}

/** A lesson's proof with all it needs read and validated, before a lab is brought up. */
export interface Prepared {
  request: ProveRequest
  taught: Taught
  solutions: NamedSolution[]
  trials: Trial[]
  /** What its text has a reader type, the same in every language. */
  typed: TypedBlock[]
}

/** The text whose commands are typed; a check of the texts makes sure that the others show the same. */
const TEXT = 'README.md'

/** Reads a lesson's trials and solutions; anything invalid in them, or an unknown id, is a BadCall. */
export async function prepare(request: ProveRequest): Promise<Prepared> {
  const { lesson, trialIds, pairs, shard } = request
  const more = await yamlFilesIn(join(lesson.folder, 'solutions'))
  const [all, proofs, helper, words, ...solutions] = await Promise.all([
    loadTrials(lesson, nodeNames(lesson.topology)),
    loadProofs(lesson),
    helperOf(lesson),
    readFile(join(lesson.folder, TEXT), 'utf8').catch(() => ''),
    ...[join(lesson.folder, 'solution.yaml'), ...more].map(async (file, index) => ({
      file,
      solution: await loadSolution(lesson, file),
      isReference: index === 0,
    })),
  ])
  const ids = all.map(trial => trial.id)
  for (const id of trialIds) if (!ids.includes(id)) throw noSuchTrial(lesson.id, id, ids)
  const named = trialIds.length > 0 ? all.filter(({ id }) => trialIds.includes(id)) : all
  const asked = pairs ? pairsOf(named, pairs) : named
  return {
    request,
    taught: { lesson, proofs, helper },
    solutions,
    trials: shard ? ofShard(asked, shard) : asked,
    typed: typedIn(words),
  }
}

function noSuchTrial(lessonId: string, id: string, ids: string[]): BadCall {
  const guess = nearest(id, ids)
  return new BadCall(
    text(
      `${lessonId} has no fault, variation or lie "${id}".${guess === undefined ? '' : ` Did you mean "${guess}"?`} It has: ${ids.join(', ') || 'none'}.`,
      `${lessonId} 沒有名為「${id}」的故障、變化或假象${guess === undefined ? '。' : `，是不是要寫「${guess}」？`}現有的：${ids.join('、') || '無'}。`,
    ),
  )
}

/** Proves one lesson on the labs; each finding is told as soon as it is there. The labs are left up. */
export async function proveLesson(
  { request, taught, solutions, trials, typed }: Prepared,
  labs: ProveLab[],
  source: LabSource,
  onFinding: (finding: Finding) => void,
  signal: AbortSignal,
): Promise<LessonProof> {
  const clock = startClock()
  const { lesson, trialIds, pairs, shard, repeats } = request
  const findings: Finding[] = []
  let flips = 0
  const tell = (finding: Finding) => {
    findings.push(finding)
    onFinding(finding)
  }
  const reference = solutions[0]!.solution
  const isOfTrials = trialIds.length > 0 || pairs !== undefined
  const isPartial = isOfTrials || (shard?.total ?? 1) > 1
  if (!isOfTrials && (shard?.index ?? 1) === 1) tell(await lintLesson(lesson, solutions, trials))

  let madeOf: string | undefined
  const solutionJobs: Job[] = solutions.map(named => ({
    async run(lab) {
      const proof = await proveSolution(lab, taught, named, repeats)
      flips += proof.flips
      madeOf ??= await lab.madeOf()
      proof.findings.forEach(tell)
    },
    lost: why => tell(lostSolution(named.file, why)),
  }))
  const typedJob: Job = {
    async run(lab) {
      tell(await proveTyped(lab, taught, reference.undo, { file: TEXT, blocks: typed }))
    },
    lost: why => tell(lostSolution(TEXT, why)),
  }
  const wholes = isOfTrials ? [] : [...solutionJobs, ...(typed.length > 0 ? [typedJob] : [])]
  const unsolvable = new Map<string, Text>()
  const order = lesson.stages.map(({ id }) => id)
  // Those that need the same lab, one after the other.
  const together = [...trials].sort((one, other) => order.indexOf(one.at) - order.indexOf(other.at))
  const trialJobs: Job[] = together.map(trial => ({
    async run(lab) {
      const part = taughtUpTo(taught, trial.at)
      const why = unsolvable.get(trial.at) ?? (await makeSolved(lab, part, reference))
      if (why) unsolvable.set(trial.at, why)
      madeOf ??= await lab.madeOf()
      tell(why ? trialFinding(trial, 'fails', [notTried(why)]) : await proveTrial(lab, part, trial))
    },
    lost: why => tell(trialFinding(trial, 'unknown', [why])),
  }))
  await spread([...(shard ? ofShard(wholes, shard) : wholes), ...trialJobs], labs, signal)
  return {
    lesson,
    labs: source.name,
    ...(madeOf !== undefined && { madeOf }),
    verdict: verdictOf(findings, trials, isPartial),
    isPartial,
    findings: inOrder(findings, trials),
    flips,
    durationMs: clock(),
  }
}

/** Findings come as the labs are ready with them; they are reported as the lesson has them. */
const inOrder = (findings: Finding[], trials: Trial[]): Finding[] => {
  const order = trials.map(trial => trial.id)
  const rank = ({ phase, id }: Finding) => PHASES.indexOf(phase) * (order.length + 1) + order.indexOf(id)
  return [...findings].sort((one, other) => rank(one) - rank(other))
}

const notTried = (why: Text) =>
  text(
    `not tried, since the reference solution does not hold: ${why.en}`,
    `沒有嘗試，因為參考解答本身不成立：${why['zh-TW']}`,
  )

const lostSolution = (file: string, why: Text): Finding => ({
  phase: 'solutions',
  id: basename(file),
  title: text(`solution ${basename(file)}`, `解答 ${basename(file)}`),
  verdict: 'unknown',
  sentences: [why],
  durationMs: 0,
})

/** A lesson without faults is not proven, however well all else holds; nor is a part in which nothing was tried. */
function verdictOf(findings: Finding[], trials: Trial[], isPartial: boolean): Verdict {
  const verdicts = findings.map(finding => finding.verdict)
  if (verdicts.includes('fails') || figuresOf(findings).namedShare < MIN_NAMED) return 'fails'
  if (verdicts.includes('unknown')) return 'unknown'
  return trials.some(({ kind }) => isPartial || kind === 'faults') ? 'holds' : 'waits'
}
