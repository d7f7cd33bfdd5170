import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { labOf, type ProviderName } from '../embedded/index.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { LabKind } from '../inventory/lab-kind.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { type HeldName, holdLabNames } from '../prove/lab-name.ts'

/** Fresh machines, on which nothing of anybody was ever run. */
export interface Sandbox {
  inventory: Inventory
  /** They are not used any more; whatever was done to them, nobody will see it. May be called again. */
  release(): Promise<void>
}

export interface Sandboxes {
  /** Waits until one may be used, and makes its machines fresh. BadCall where there can be none here; rejects when `signal` is aborted meanwhile. */
  fresh(lesson: Lesson, signal: AbortSignal): Promise<Sandbox>
  /** Takes all machines away. */
  close(): Promise<void>
}

export interface SandboxOptions {
  /** `qemu` wherever it matters: root in a container of this computer is in no sandbox. */
  provider: ProviderName
  /** At most so many side by side. */
  count: number
  /** What their labs' names begin with. */
  prefix?: string
}

const QUIET = () => undefined

/** Labs for what was handed in, made when they are asked for. */
export function sandboxes({ provider, count, prefix = 'handed-in' }: SandboxOptions): Sandboxes {
  const kind = labOf(provider)
  const free = Array.from({ length: count }, () => new SandboxLab(kind, prefix, provider === 'qemu'))
  const all = [...free]
  const waiting: ((lab: SandboxLab) => void)[] = []
  const giveBack = (lab: SandboxLab) => {
    const next = waiting.shift()
    if (next) next(lab)
    else free.push(lab)
  }
  const take = (signal: AbortSignal) =>
    new Promise<SandboxLab>((resolve, reject) => {
      signal.throwIfAborted()
      const lab = free.pop()
      if (lab) return resolve(lab)
      const leave = () => {
        waiting.splice(waiting.indexOf(enter), 1)
        reject(signal.reason)
      }
      const enter = (given: SandboxLab) => {
        signal.removeEventListener('abort', leave)
        resolve(given)
      }
      waiting.push(enter)
      signal.addEventListener('abort', leave, { once: true })
    })
  return {
    async fresh(lesson, signal) {
      const lab = await take(signal)
      let isOut = true
      const release = async () => {
        if (!isOut) return
        isOut = false
        giveBack(lab)
      }
      try {
        const inventory = await lab.makeFresh(lesson)
        signal.throwIfAborted()
        return { inventory, release }
      } catch (thrown) {
        await release()
        throw thrown
      }
    },
    async close() {
      await Promise.all(all.map(lab => lab.remove()))
    },
  }
}

/** One lab, made anew for each use. */
class SandboxLab {
  readonly #kind: LabKind
  readonly #prefix: string
  readonly #isKept: boolean
  #name: HeldName | undefined
  #madeFor: string | undefined

  /** `isKept`: a reset throws the machines away and starts kept ones, from outside, with all they hold in memory and on disk. */
  constructor(kind: LabKind, prefix: string, isKept: boolean) {
    this.#kind = kind
    this.#prefix = prefix
    this.#isKept = isKept
  }

  /**
   * Virtual machines go back to the snapshot they were kept in when they were new. Containers are made anew with their
   * wires, keys and all that stands outside them.
   */
  async makeFresh(lesson: Lesson): Promise<Inventory> {
    this.#name ??= (await holdLabNames(this.#prefix, 1))[0]!
    const { name } = this.#name
    const topology = JSON.stringify(lesson.topology)
    try {
      if (this.#isKept && this.#madeFor === topology) await this.#kind.reset(name, QUIET)
      else {
        await this.#down(name)
        await this.#kind.up(name, QUIET, { lessonFolder: lesson.folder })
      }
      this.#madeFor = topology
      return await this.#kind.inventory(name)
    } catch (thrown) {
      // What came up half is nobody's; the next one begins from nothing.
      await this.#down(name).catch(() => undefined)
      throw thrown
    }
  }

  async remove(): Promise<void> {
    if (!this.#name) return
    const { name, release } = this.#name
    await this.#down(name)
    this.#name = undefined
    release()
  }

  async #down(name: string): Promise<void> {
    this.#madeFor = undefined
    await this.#kind.down(name, QUIET, { images: false })
  }
}

/** Why nothing was run: the machines could not be made. */
export const noSandbox = (thrown: CannotLook) =>
  new CannotLook(
    text(
      `no fresh machines could be created for the submission: ${thrown.reason.en}`,
      `無法為繳交的指令建立全新的機器：${thrown.reason['zh-TW']}`,
    ),
    {
      ...(thrown.where !== undefined && { where: thrown.where }),
      ...(thrown.help !== undefined && { help: thrown.help }),
    },
  )
