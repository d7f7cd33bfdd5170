import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { checkout } from '../../core/checkout.ts'
import type { Verdict } from '../../core/verdict.ts'
import { demoLesson } from '../../lesson/demo-lesson.ts'
import { withoutExtra } from '../../lesson/lesson.ts'
import { nodeNames } from '../../topology/topology.ts'
import { paced } from '../paced.ts'
import { type RealLab, realLab } from '../real-lab.ts'

/** How one command line ended, as its user sees it. `code` is null when a signal ended it. */
export interface Ended {
  code: number | null
  stdout: string
  stderr: string
}

/** A claim as the JSON report has it. */
export interface Reported {
  id: string
  verdict: Verdict
  saw: string | null
  where: string | null
  try: string | null
  aside?: string
}

/** What one check told: on the screen, and in its report. */
export interface Checked extends Ended {
  /** The report as written; empty where none was. */
  json: string
  claims: Map<string, Reported>
}

/** An environment in which nothing of ours depends on who runs the test. */
const environment = () => {
  const { GITHUB_ACTIONS: _, GITHUB_STEP_SUMMARY: __, LC_ALL: ___, ...rest } = process.env
  return { ...rest, LANG: 'en_US.UTF-8', NO_COLOR: '1' }
}

/** Starts a program and collects what it says. `child` is there to be signalled. */
export function starting(command: string, argv: string[], options: { cwd?: string } = {}) {
  const child = spawn(command, argv, { env: environment(), stdio: ['ignore', 'pipe', 'pipe'], ...options })
  const words = { stdout: '', stderr: '' }
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (chunk: string) => {
      words[name] += chunk
    })
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve({ code, ...words }))
  })
  return { child, ended }
}

/** Starts our command as a user would, in a process of its own. */
export const startingOvnLab = (argv: string[]) =>
  starting(process.execPath, [join(checkout, 'harness/ovn-lab.mjs'), ...argv])

export const ovnLab = (argv: string[]): Promise<Ended> => startingOvnLab(argv).ended

/** Calls `use` with a folder of its own, which is removed afterwards. */
export async function inFolder<Result>(use: (folder: string) => Promise<Result>): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'ovn-lab-hostile-'))
  try {
    return await use(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Checks the lesson of the demo with more flags, in English, and reads the report it writes. */
export const check = (flags: string[]): Promise<Checked> =>
  inFolder(async folder => {
    const file = join(folder, 'report.json')
    const ended = await ovnLab(['check', demoLesson(), '--lang', 'en', '--json', file, ...flags])
    const json = await readFile(file, 'utf8').catch(() => '')
    const stages = json === '' ? [] : (JSON.parse(json) as { stages: { claims: Reported[] }[] }).stages
    const claims = stages.flatMap(stage => stage.claims)
    return { ...ended, json, claims: new Map(claims.map(claim => [claim.id, claim])) }
  })

/** Ids of the claims that came to a verdict, in the lesson's order; not those of extra stages nobody has begun. */
export const idsOf = ({ claims }: Checked, verdict: Verdict): string[] =>
  [...claims.values()].filter(claim => claim.verdict === verdict && !claim.aside).map(claim => claim.id)

/** Each reason claims are `unknown` for, once. */
export const reasonsOf = ({ claims }: Checked): string[] => [
  ...new Set([...claims.values()].flatMap(claim => (claim.verdict === 'unknown' ? [claim.saw ?? ''] : []))),
]

/** A solved lab to be maltreated. */
export interface HostileLab extends RealLab {
  name: string
  /** Runs a script on a node not over ssh, so that it works on nodes ssh no longer reaches. */
  inside(node: string, script: string): Promise<string>
  /** Every process of all nodes but the kernel's and those that list them, sorted, each behind the name of its node. */
  processes(): Promise<string[]>
  /** Checks it on this lab. */
  told(flags?: string[]): Promise<Checked>
  /** Solves all of it. */
  solveAll(): Promise<void>
  /** Breaks something, checks (or does what is given), and mends it again whatever happened. */
  broken<Result = Checked>(
    node: string,
    how: { damage: string; mend: string },
    use?: () => Promise<Result>,
  ): Promise<Result>
}

/** Brings a lab up with the lesson of the demo solved in it. */
export async function hostileLab(name: string): Promise<HostileLab> {
  const lab = await realLab(name)
  const inside = async (node: string, script: string) => {
    const { code, stdout, stderr } = await ovnLab(['lab', 'exec', '--lab', name, node, 'sh', '-c', script])
    if (code !== 0) throw new Error(`${node}: ${script}: ${code}: ${stderr}`)
    return stdout
  }
  const nodes = nodeNames(lab.lesson.topology)
  const processes = async () => {
    const listed = await Promise.all(nodes.map(node => inside(node, 'ps -e -o args=')))
    return listed
      .flatMap((lines, at) => lines.split('\n').map(line => `${nodes[at]}: ${line}`))
      .filter(line => !/: (\[|ps -e -o args=$|setpriv |sh -c ps -e|$)/.test(line))
      .sort()
  }
  const told = (flags: string[] = []) => check(['--lab', name, ...flags])
  const own = withoutExtra(lab.lesson.stages)
  const solveAll = async () => {
    for (const stage of own) await lab.solve(stage.id)
  }
  const broken = async <Result>(
    node: string,
    { damage, mend }: { damage: string; mend: string },
    use: () => Promise<Result> = () => told() as Promise<Result>,
  ) => {
    await inside(node, damage)
    try {
      return await use()
    } finally {
      await inside(node, mend)
    }
  }
  await solveAll()
  return { ...lab, name, inside, processes, told, solveAll, broken }
}

/** Asks until the answer is as wanted, for at most 15 s on a machine of usual speed; returns the last answer. */
export async function until<Answer>(
  ask: () => Promise<Answer>,
  isSo: (answer: Answer) => boolean,
): Promise<Answer> {
  const endMs = performance.now() + paced(15_000)
  for (;;) {
    const answer = await ask()
    if (isSo(answer) || performance.now() > endMs) return answer
    await pause(100)
  }
}

/** After a daemon was stopped and started OVN needs a moment: resolves when all claims hold again. */
export const whole = (lab: HostileLab): Promise<Checked> => until(lab.told, ({ code }) => code === 0)
