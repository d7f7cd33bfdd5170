import { join } from 'node:path'
import pLimit from 'p-limit'
import { checkout } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { canRunHere, down, embeddedInventory, type Say, up } from '../embedded/index.ts'
import { helperOf } from '../lesson/helper.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Student } from '../roster/roster.ts'
import { runSteps } from '../solve/run-steps.ts'
import { settle } from '../solve/settle.ts'
import { loadSolution, type Step } from '../solve/solution.ts'
import { connectMachine } from '../ssh/connect.ts'
import { type ClassRequest, gradeClass } from './grade-class.ts'

/** The roster of the example class: its labs are made when it is graded. */
export const EXAMPLE_ROSTER = join(checkout, 'docs/example-class/class.yaml')

/** What a student of the example class did on an untouched lab. */
interface Work {
  /** The solution that was followed, in the lesson's folder; the lesson's own unless told. */
  solution?: string
  /** So many stages of it; all unless told. */
  stages?: number
  afterwards?: Step[]
  /** Whose northbound database is put in place of the own one, before anything else. */
  databaseOf?: string
}

const PING = '#!/bin/sh\necho "3 packets transmitted, 3 received, 0% packet loss"\n'

/** By student; who is not here has no machine that is up. */
const WORK: Record<string, Work> = {
  s01: {},
  s02: { databaseOf: 's01' },
  s03: { solution: 'solutions/plain.yaml' },
  s04: { stages: 4 },
  s05: {
    afterwards: [
      {
        on: 'hypervisor',
        run: 'ovs-vsctl set open . external-ids:ovn-bridge-mappings=physnet1:br-eth2',
      },
    ],
  },
  s06: {
    stages: 5,
    afterwards: [
      {
        on: 'hypervisor',
        run: `rm -f /usr/bin/ping; printf '%s' '${PING}' > /usr/bin/ping; chmod 755 /usr/bin/ping`,
      },
    ],
  },
}

const DATABASE_DEADLINE_MS = 20_000
const READ_DATABASE = 'ovsdb-client backup unix:/run/ovn/ovnnb_db.sock OVN_Northbound | base64'
const putDatabase = (base64: string) => `systemctl stop ovn-ovsdb-server-nb
base64 -d > /var/lib/ovn/ovnnb_db.db <<'END'
${base64}
END
systemctl start ovn-ovsdb-server-nb ovn-northd`

/** Throws BadCall where no labs can be made here, or one of the names is somebody's lab: it would be changed and removed. */
export async function assertExampleLabs(students: Student[]): Promise<void> {
  const able = await canRunHere()
  if (!able.ok)
    throw new BadCall(
      text(
        `The labs of the example class cannot run here: ${able.reason.en} Its evidence can be judged without them: npm run regrade -- docs/example-class --out example`,
        `範例班級的實驗環境無法在這裡執行：${able.reason['zh-TW']}不用機器也能重新評分它的證據：npm run regrade -- docs/example-class --out example`,
      ),
    )
  for (const { work } of students)
    if (work.kind === 'lab' && (await embeddedInventory(work.lab)))
      throw new BadCall(
        text(
          `Lab ${work.lab} is up already, and grading the example class would remove it: npx ovn-lab lab down --lab ${work.lab}`,
          `實驗環境 ${work.lab} 已經啟動，評分範例班級會把它移除：npx ovn-lab lab down --lab ${work.lab}`,
        ),
      )
}

/** Grades the example class, `jobs` labs at once: each is made, worked on as its student did, looked at, and taken away. */
export async function gradeExample(request: ClassRequest, say: Say): Promise<void> {
  const [graded] = request.lessons
  if (!graded) throw new TypeError('the example class is of a lesson')
  const broken = new AbortController()
  const signal = AbortSignal.any([request.signal, broken.signal])
  const isLeft = ({ id }: Student) => !request.isDone?.(id, graded.lesson.id)
  const limit = pLimit(request.jobs)
  const all = await Promise.allSettled(
    groupsOf(request.students).map(group =>
      limit(async () => {
        let database = ''
        for (const student of group) {
          signal.throwIfAborted()
          // Of whom there is a bundle, only what somebody after them took is made again.
          if (!group.slice(group.indexOf(student)).some(isLeft)) return
          const grade = () => gradeClass({ ...request, students: [student], jobs: 1, signal })
          database = await onOwnLab(student, graded.lesson, database, grade, say)
        }
      }).catch(thrown => {
        broken.abort()
        throw thrown
      }),
    ),
  )
  request.signal.throwIfAborted()
  const failed = all.filter(one => one.status === 'rejected').map(({ reason }) => reason as Error)
  if (failed.length > 0) throw failed.find(({ name }) => name !== 'AbortError') ?? failed[0]
}

/** Whoever takes another's database comes after them. */
function groupsOf(students: Student[]): Student[][] {
  const groups: Student[][] = []
  for (const student of students) {
    const source = WORK[student.id]?.databaseOf
    const group = groups.find(one => one.some(({ id }) => id === source))
    if (group) group.push(student)
    else groups.push([student])
  }
  return groups
}

/** Resolves with the lab's northbound database, as it was when the work on it was done. */
async function onOwnLab(
  { id, work }: Student,
  lesson: Lesson,
  database: string,
  grade: () => Promise<void>,
  say: Say,
): Promise<string> {
  const own = WORK[id]
  if (!own || work.kind !== 'lab') {
    await grade()
    return ''
  }
  try {
    await up(work.lab, say, { lessonFolder: lesson.folder })
    const made = await workOn(work.lab, lesson, own, own.databaseOf === undefined ? '' : database)
    await grade()
    return made
  } finally {
    await down(work.lab, () => undefined)
  }
}

async function workOn(lab: string, lesson: Lesson, work: Work, database: string): Promise<string> {
  const inventory = await embeddedInventory(lab)
  if (!inventory) throw new TypeError(`lab ${lab} is up, and is not`)
  const { central } = lesson.topology
  const [solution, helper] = await Promise.all([
    loadSolution(lesson, ...(work.solution === undefined ? [] : [join(lesson.folder, work.solution)])),
    helperOf(lesson),
  ])
  const stages = lesson.stages.slice(0, work.stages)
  const steps = [
    ...(database === '' ? [] : [{ on: central, run: putDatabase(database) }]),
    ...stages.flatMap(({ id }) => solution.stages[id] ?? []),
    ...(work.afterwards ?? []),
  ]
  const machines = new Map(
    Object.entries(inventory.nodes).map(([node, address]) => [node, connectMachine(node, address)]),
  )
  try {
    await runSteps(steps, helper, node => machines.get(node)!)
    await settle(machines, central)
    const machine = await machines.get(central)!
    const { stdout } = await machine.run(READ_DATABASE, { deadlineMs: DATABASE_DEADLINE_MS })
    return stdout.toString().trim()
  } finally {
    await Promise.allSettled([...machines.values()].map(async machine => (await machine).close()))
  }
}
