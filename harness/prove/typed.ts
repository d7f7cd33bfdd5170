import { type Text, text } from '../core/text.ts'
import type { Step } from '../solve/solution.ts'

/** A code block of a lesson's text, as a learner types it. */
export interface TypedBlock {
  /** The nodes it is typed on, one after the other; none: on the learner's own computer. */
  on: string[]
  /** `ongoing`: left running beside what comes after it; `stopped`: ended with Ctrl-C after a while. */
  ends: 'itself' | 'ongoing' | 'stopped'
  run: string
}

const MARKS = ['shown', 'ongoing', 'stopped']
const OWN_COMPUTER = /^(npm|npx) /

/**
 * The blocks a reader types, in the order in which they stand, by the words behind ```bash: nodes; `ongoing`, `stopped`;
 * `shown` for what is not typed; none on the learner's own computer. Empty for a text that marks none of its blocks.
 */
export function typedIn(words: string): TypedBlock[] {
  const blocks = [...words.matchAll(/^```bash(.*)\n([\s\S]*?)^```$/gm)].map(([, marked = '', run = '']) => ({
    marks: marked.split(/\s+/).filter(Boolean),
    run,
  }))
  if (blocks.every(({ marks }) => marks.length === 0)) return []
  return blocks
    .filter(({ marks }) => !marks.includes('shown'))
    .map(({ marks, run }) => ({
      on: marks.filter(mark => !MARKS.includes(mark)),
      ends: marks.includes('ongoing') ? 'ongoing' : marks.includes('stopped') ? 'stopped' : 'itself',
      run,
    }))
}

/** Blocks that are typed nowhere, a sentence each: on a node that does not exist, or unmarked and for no own computer. */
export function nowhere(words: string, file: string, nodes: string[]): Text[] {
  return typedIn(words).flatMap(({ on, run }) => {
    const first = run.split('\n', 1)[0]!
    const strange = on.filter(node => !nodes.includes(node))
    const isLost =
      on.length === 0 &&
      !run
        .trim()
        .split('\n')
        .every(line => OWN_COMPUTER.test(line))
    return [
      ...strange.map(node =>
        text(
          `${file}: "${first}" is to be typed on ${node}, which is no node of this lesson`,
          `${file}：「${first}」標示要在 ${node} 上輸入，但這個課程沒有這個節點`,
        ),
      ),
      ...(isLost
        ? [
            text(
              `${file}: "${first}" does not say where it is typed: write the node behind \`\`\`bash, or shown`,
              `${file}：「${first}」沒有標示在哪裡輸入：請在 \`\`\`bash 後面寫上節點，或寫 shown`,
            ),
          ]
        : []),
    ]
  })
}

/** Where the process ids of what goes on are kept on a node, until the reader stops it. */
const ONGOING = '/run/ovn-lab-ongoing'

/** The steps of a block that is typed on nodes. */
export const stepsOf = ({ on, ends, run }: TypedBlock): Step[] =>
  on.map(node => ({ on: node, run: ends === 'itself' ? run : linesOf(run).map(HOW[ends]).join('\n') }))

const HOW = {
  ongoing: (line: string) => `setsid ${line} </dev/null >/dev/null 2>&1 &\necho $! >>${ONGOING}`,
  // Ctrl-C sends SIGINT; 124: it had to be stopped.
  stopped: (line: string) => `timeout --signal=INT 3 ${line} || [ $? = 124 ]`,
}

/** Stops on all nodes what goes on there. */
export const stopOngoing = (nodes: string[]): Step[] =>
  nodes.map(on => ({
    on,
    run: `[ ! -e ${ONGOING} ] || { xargs -r kill <${ONGOING} || true; rm ${ONGOING}; }`,
  }))

const linesOf = (run: string) => run.trim().split('\n')
