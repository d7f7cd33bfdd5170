import { text } from '../core/text.ts'
import type { Judgement } from '../core/verdict.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { judgeLesson } from '../judge/judge-lesson.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Change, LiveEvent, LiveLesson } from '../live/live.ts'
import { openInventory } from '../nodes/open-inventory.ts'
import { loadTopology } from '../topology/load-topology.ts'

/** Until the live core is here: judges again after every change and every two seconds. */
export async function openLive(lesson: Lesson, inventory: Inventory): Promise<LiveLesson> {
  const { central } = await loadTopology(lesson.folder)
  const looker = openInventory(inventory, central)
  const listeners = new Set<(event: LiveEvent) => void>()
  const judgements = new Map<string, Judgement>()
  const ended = new AbortController()
  const proofs = await loadProofs(lesson)
  const tell = (event: LiveEvent) => {
    for (const listener of listeners) listener(event)
  }
  const loop = async () => {
    while (!ended.signal.aborted) {
      const fresh = await judgeLesson(lesson, proofs, looker, {
        onJudged: () => undefined,
        signal: ended.signal,
      })
      if (ended.signal.aborted) return
      const flips = [...fresh].flatMap(([claim, { verdict }]) => {
        const from = judgements.get(claim)?.verdict
        return from === verdict ? [] : [{ claim, ...(from && { from }), to: verdict }]
      })
      for (const [id, judgement] of fresh) judgements.set(id, judgement)
      const causes: Change[] = [
        { node: 'hypervisor', source: 'Open_vSwitch', words: text('interim', 'interim'), atMs: Date.now() },
      ]
      tell({ kind: 'judged', claims: fresh, flips, causes, atMs: Date.now() })
      await new Promise(resolve => setTimeout(resolve, 2000))
      looker.refresh()
    }
  }
  void loop()
  return {
    lesson,
    lab: inventory.name,
    judgements,
    nodes: Object.keys(inventory.nodes).map(node => ({ node, isOpen: true })),
    looker,
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    again: () => looker.refresh(),
    settled: async () => undefined,
    async close() {
      ended.abort()
      await looker.close()
    },
  }
}
