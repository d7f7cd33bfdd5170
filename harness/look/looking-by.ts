import type { Looker } from './evidence.ts'

/** The same looker but for how it looks. */
export const lookingBy = (looker: Looker, look: Looker['look']): Looker => ({
  lab: looker.lab,
  nodes: looker.nodes,
  wires: looker.wires,
  get patienceFactor() {
    return looker.patienceFactor ?? 1
  },
  get epoch() {
    return looker.epoch
  },
  changed: (since, signal) => looker.changed(since, signal),
  close: () => looker.close(),
  look,
})
