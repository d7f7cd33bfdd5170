import type { Inventory } from '../inventory/inventory.ts'
import { type Terminals, terminalsOf } from '../ssh/terminals.ts'
import type { ShellState } from '../studio-page/protocol.ts'
import { Shell, type ShellPlace } from './shell.ts'

/** More shells than anybody can look at are a loop, not a wish. */
const SHELLS_MAX = 40

/** All shells of a studio: they belong to the lab that is worked on and not to a page, which may be closed and opened again. */
export class Shells {
  readonly #terminals: ReadonlyMap<string, Terminals>
  readonly #shells = new Map<number, Shell>()
  readonly #onChange: () => void
  #lastId = 0

  constructor({ nodes }: Inventory, onChange: () => void) {
    this.#terminals = new Map(
      Object.entries(nodes).map(([node, address]) => [node, terminalsOf(node, address)]),
    )
    this.#onChange = onChange
  }

  get nodes(): string[] {
    return [...this.#terminals.keys()]
  }

  /** Undefined for a node that there is not, and when there are too many already. */
  open(place: ShellPlace): Shell | undefined {
    const terminals = this.#terminals.get(place.node)
    if (!terminals || this.#shells.size >= SHELLS_MAX) return undefined
    const shell = new Shell(++this.#lastId, place, terminals, this.#onChange)
    this.#shells.set(shell.id, shell)
    this.#onChange()
    return shell
  }

  get(id: number): Shell | undefined {
    return this.#shells.get(id)
  }

  get all(): Iterable<Shell> {
    return this.#shells.values()
  }

  end(id: number): void {
    this.#shells.get(id)?.close()
    this.#shells.delete(id)
    this.#onChange()
  }

  states(typing: (shell: number) => string | undefined): ShellState[] {
    const all = [...this.#shells.values()]
    return all.map(({ id, place, state, reason, isAnew, cols, rows }) => {
      const name = nameOf(place)
      const alike = all.filter(other => nameOf(other.place) === name).map(other => other.id)
      const who = typing(id)
      return {
        id,
        ...place,
        title: alike.length > 1 ? `${name} (${alike.indexOf(id) + 1})` : name,
        state,
        ...(reason && { reason }),
        ...(isAnew && { isAnew }),
        cols,
        rows,
        ...(who !== undefined && { typing: who }),
      }
    })
  }

  /** Hangs up everywhere: nothing of ours runs on a node any more. */
  async close(): Promise<void> {
    for (const shell of this.#shells.values()) shell.close()
    await Promise.all([...this.#terminals.values()].map(terminals => terminals.close()))
  }
}

const nameOf = ({ node, netns }: ShellPlace) => (netns === undefined ? node : `${node} · ${netns}`)
