import { isDeepStrictEqual } from 'node:util'
import { BadCall, CannotLook } from '../core/errors.ts'
import type { Text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import type { LabKind } from '../inventory/lab-kind.ts'
import { withReplaced } from '../judge/aside.ts'
import { judgeLesson } from '../judge/judge-lesson.ts'
import { atOnce, type Proofs } from '../judge/proof.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { databasesOf } from '../look/central.ts'
import { type NodesLooker, openNodes } from '../nodes/open-nodes.ts'
import { runSteps } from '../solve/run-steps.ts'
import { settle } from '../solve/settle.ts'
import type { Step } from '../solve/solution.ts'
import { connectMachine } from '../ssh/connect.ts'
import { connectAll } from '../ssh/connect-all.ts'
import type { Machine } from '../ssh/machine.ts'
import { ASK_VERSIONS, keyedLines, versionsAmong } from '../ssh/versions.ts'
import { type LabDied, labDied } from './lab-died.ts'
import type { LabSource } from './lab-source.ts'
import { forgetPaths } from './outside.ts'
import { tracesOn } from './traces.ts'

/** What a proof brings along: the lesson, its proofs and its helper functions. */
export interface Taught {
  lesson: Lesson
  proofs: Proofs
  helper: string
}

/** Embedded labs know of their own progress; a proof tells its own. */
const QUIET = () => undefined
/** What a node is made of, and what forwards its packets. */
const MADE_OF = `${ASK_VERSIONS}echo "datapath $(ovs-vsctl get Bridge br-int datapath_type)"`
const SHELL_DEADLINE_MS = 20_000

/** One lab of a proof, with connections and databases kept open from check to check. */
export class ProveLab {
  readonly name: string
  /** `used`: neither untouched nor solved for certain. */
  state: 'down' | 'untouched' | 'solved' | 'used' = 'down'
  /** Where it is solved: the last stage that is. */
  solvedTo: string | undefined
  #open: { machines: Map<string, Promise<Machine>>; looker: NodesLooker; enterWires?: string[] } | undefined

  readonly #source: LabSource
  readonly #signal: AbortSignal | undefined
  #kind: LabKind | undefined
  #lesson: Lesson | undefined
  #madeOf: Map<string, string> | undefined

  /** `signal`: nobody needs it any more; what is being brought up then is given up. */
  constructor(name: string, source: LabSource, signal?: AbortSignal) {
    this.name = name
    this.#source = source
    this.#signal = signal
  }

  /** It is to have the machines of this lesson: other ones are taken away first. What was done for another lesson is of no use. */
  async beFor(lesson: Lesson): Promise<void> {
    const isSame = isDeepStrictEqual(this.#lesson?.topology, lesson.topology)
    if (!isSame && this.state !== 'down') await this.remove()
    if (lesson.id !== this.#lesson?.id && this.state === 'solved') this.state = 'used'
    this.#lesson = lesson
  }

  get #meant(): Lesson {
    if (!this.#lesson) throw new TypeError(`lab ${this.name} is for no lesson yet`)
    return this.#lesson
  }

  /** Tries to bring it up; why there is no such lab to be had here, undefined where there is. */
  async cannotBeHad(): Promise<Text | undefined> {
    try {
      await this.makeUntouched()
      return undefined
    } catch (thrown) {
      if (thrown instanceof BadCall) return thrown.sentence
      if (thrown instanceof CannotLook) return thrown.reason
      throw thrown
    }
  }

  /** What forwards packets in this lab; it must be up. */
  async datapath(): Promise<'kernel' | 'userspace'> {
    return (await this.#asked()).get('datapath')?.includes('netdev') ? 'userspace' : 'kernel'
  }

  /** Its own wires can be listened to; it must be up. */
  get hasWires(): boolean {
    return this.#opened().looker.wires !== undefined
  }

  /** Every node has this program; it must be up. */
  async has(command: string): Promise<boolean> {
    return this.#orDied(async () => {
      const asked = [...this.#opened().machines.values()].map(async machine =>
        (await machine).run(`command -v ${command}`, { deadlineMs: SHELL_DEADLINE_MS }),
      )
      return (await Promise.all(asked)).every(({ code }) => code === 0)
    })
  }

  /** Its OVN is older than this release (YY.MM, as OVN numbers them); it must be up. */
  async hasOlderOvn(release: string): Promise<boolean> {
    const { ovn } = versionsAmong(await this.#asked())
    return ovn.localeCompare(release, 'en', { numeric: true }) < 0
  }

  /** What this lab is made of, in words; it must be up. */
  async madeOf(): Promise<string> {
    const { ovn, ovs, system, kernel } = versionsAmong(await this.#asked())
    return `OVN ${ovn}, Open vSwitch ${ovs}, ${system}, Linux ${kernel}, ${await this.datapath()} datapath`
  }

  async #asked(): Promise<Map<string, string>> {
    this.#madeOf ??= await this.#orDied(async () => {
      const machine = await this.#machine(this.#meant.topology.central)
      const { stdout } = await machine.run(MADE_OF, { deadlineMs: SHELL_DEADLINE_MS })
      return keyedLines(stdout.toString())
    })
    return this.#madeOf
  }

  /** Brings the lab to untouched machines, whatever it is now. */
  async makeUntouched(): Promise<void> {
    if (this.state === 'untouched') return
    await this.#disconnect()
    const kind = await this.#lab()
    const isOurs = this.state !== 'down'
    const isThere = isOurs || (await kind.inventory(this.name).then(Boolean, () => false))
    const options = { lessonFolder: this.#meant.folder, ...(this.#signal && { signal: this.#signal }) }
    if (!isOurs) await kind.up(this.name, QUIET, options)
    this.#signal?.throwIfAborted()
    // Somebody's own machines may hold their work, or that of a day before.
    if (isThere || this.#source.isLent) await kind.reset(this.name, QUIET)
    this.#open = await this.#connect()
    this.state = 'untouched'
  }

  async #connect() {
    const inventory = await (await this.#lab()).inventory(this.name)
    const machines = connectAll(inventory, connectMachine)
    const looker = openNodes(this.name, machines, {}, inventory.wires)
    looker.warm(databasesOf(looker.nodes, this.#meant.topology.central))
    return { machines, looker, ...(inventory.wires && { enterWires: inventory.wires.enter }) }
  }

  /** Runs steps as a learner would, and returns what each printed; StepFailed where one ends with an error, LabDied where nobody answers. */
  async run(steps: Step[], helper: string): Promise<string[]> {
    this.state = 'used'
    return this.#orDied(() => runSteps(steps, helper, this.#machine, QUIET))
  }

  /** Waits until switches and chassis have done what they were told, a few seconds at most: no sleep, no hang. Whether they say they have. */
  async settle(seconds?: number): Promise<boolean> {
    return this.#orDied(() => settle(this.#opened().machines, this.#meant.topology.central, seconds))
  }

  /** The computer outside forgets what it was told of paths meanwhile, where we may enter it. */
  async forget(): Promise<void> {
    const { enterWires } = this.#opened()
    if (enterWires) await forgetPaths(enterWires)
  }

  /**
   * Checks the whole lesson once, extra stages like the others, on the connections there are or on new ones. LabDied where a
   * node is gone. `isSettled`: nothing is on its way any more, so that no claim waits for it, nor do pings at first.
   */
  async check(
    { lesson, proofs: given }: Taught,
    { connectsAnew = false, isSettled = false } = {},
  ): Promise<Map<string, Judgement>> {
    const proofs = isSettled ? atOnce(given) : given
    const { looker } = connectsAnew ? await this.#connect() : this.#opened()
    // No database tells of what a command did to the kernel.
    looker.refresh()
    looker.setPace({ isFirstLook: isSettled })
    const judgements = await judgeLesson(lesson, proofs, looker, {
      onJudged: QUIET,
      signal: new AbortController().signal,
    })
    if (connectsAnew) await looker.close()
    const isBlind = [...judgements.values()].some(({ verdict, bug }) => verdict === 'unknown' && !bug)
    if (isBlind && !(await this.#isAlive())) throw this.#died()
    return withReplaced(lesson.stages, judgements)
  }

  /** Rows of every database and links of every namespace, a line each, to be compared. */
  async traces(): Promise<string[]> {
    const runOn = async (node: string, script: string) =>
      (await (await this.#machine(node)).run(script, { deadlineMs: SHELL_DEADLINE_MS })).stdout.toString()
    return this.#orDied(() => tracesOn([...this.#opened().machines.keys()], runOn))
  }

  /** Takes the lab away; machines that are lent are left as untouched as they can be made. */
  async remove(): Promise<void> {
    await this.#disconnect()
    const kind = await this.#lab()
    if (!this.#source.isLent) await kind.down(this.name, QUIET, { images: false })
    else if (this.state !== 'down') await kind.reset(this.name, QUIET)
    this.state = 'down'
  }

  async #lab(): Promise<LabKind> {
    this.#kind ??= await this.#source.kind()
    return this.#kind
  }

  readonly #machine = (node: string): Promise<Machine> => {
    const machine = this.#opened().machines.get(node)
    if (machine) return machine
    throw new TypeError(`lab ${this.name} has no node ${node}`)
  }

  #opened() {
    if (!this.#open) throw this.#died()
    return this.#open
  }

  async #disconnect(): Promise<void> {
    const open = this.#open
    this.#open = undefined
    await open?.looker.close()
  }

  async #orDied<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await work()
    } catch (thrown) {
      if (thrown instanceof CannotLook && !(await this.#isAlive())) throw this.#died(thrown)
      throw thrown
    }
  }

  /** Both nodes are switched on, and what we opened to them still answers. */
  async #isAlive(): Promise<boolean> {
    if (!(await (await this.#lab()).status(this.name)).isWell) return false
    const { machines } = this.#opened()
    const asked = await Promise.allSettled(
      [...machines.values()].map(async one => (await one).run('true', { deadlineMs: SHELL_DEADLINE_MS })),
    )
    return asked.every(({ status }) => status === 'fulfilled')
  }

  #died(cause?: unknown): LabDied {
    return labDied(this.name, cause)
  }
}
