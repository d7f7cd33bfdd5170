import { BadCall } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import { nodeNames, type Topology } from './topology.ts'

const COUNTS = ['no', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']
const COUNTS_ZH = ['零', '一', '兩', '三', '四', '五', '六', '七', '八', '九']

/** How many nodes there are, as a word: `two`, 兩. */
export const countedNodes = (topology: Topology): Text => {
  const { length } = nodeNames(topology)
  return text(COUNTS[length] ?? String(length), COUNTS_ZH[length] ?? String(length))
}

/** The node of that name; BadCall, with the nodes there are, for any other word. */
export function nodeNamed(topology: Topology, word: string): string {
  const names = nodeNames(topology)
  if (names.includes(word)) return word
  throw new BadCall(
    text(
      `There is no node "${word}": the nodes are ${listed(names, ', ', ' and ')}.`,
      `沒有名為「${word}」的節點：節點是 ${listed(names, '、', ' 和 ')}。`,
    ),
  )
}

const listed = (names: string[], comma: string, and: string) =>
  [names.slice(0, -1).join(comma), ...names.slice(-1)].filter(part => part !== '').join(and)
