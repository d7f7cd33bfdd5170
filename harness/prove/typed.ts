import { type Text, text } from '../core/text.ts'
import type { Step } from '../solve/solution.ts'

/** A code block of a lesson's text, as a learner types it. */
export interface TypedBlock {
  /** The nodes it is typed on, one after the other; none: on the learner's own computer. */
  on: string[]
  ends: Ends
  run: string
  /** The output that the text shows behind it. */
  shows?: string
}

/** `ongoing`: left running beside what comes after it; `stopped`: ended with Ctrl-C after a while; `fails`: one of its commands does. */
type Ends = 'itself' | 'ongoing' | 'stopped' | 'fails'

export const ENDS: readonly string[] = ['ongoing', 'stopped', 'fails'] satisfies Ends[]
const OWN_COMPUTER = /^(npm|npx) /

/**
 * The blocks a reader types, in the order in which they stand, by the words behind ```bash: nodes; how they end; `shown`
 * for what is not typed; none on the learner's own computer. Empty for a text that marks none of its blocks. A block
 * of ```text between one that is typed and the next is what it prints.
 */
export function typedIn(words: string): TypedBlock[] {
  const blocks = [...words.matchAll(/^```(bash|text)(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language, marked = '', run = '']) => ({ language, marks: marked.split(/\s+/).filter(Boolean), run }),
  )
  if (blocks.every(({ marks }) => marks.length === 0)) return []
  return blocks.flatMap(({ language, marks, run }, index) => {
    if (language === 'text' || marks.includes('shown')) return []
    const ends = (marks.find(mark => ENDS.includes(mark)) ?? 'itself') as Ends
    const on = marks.filter(mark => !ENDS.includes(mark))
    const next = blocks[index + 1]
    const shows = next?.language === 'text' && on.length > 0 ? { shows: next.run } : {}
    return [{ on, ends, run, ...shows }]
  })
}

/** Blocks that are typed nowhere, a sentence each: on a node that does not exist, or unmarked and for no own computer. */
export function nowhere(words: string, file: string, nodes: string[]): Text[] {
  return typedIn(words).flatMap(({ on, run }) => {
    const first = run.split('\n', 1)[0]!
    const isOwn = linesOf(run).every(line => OWN_COMPUTER.test(line))
    const strange = on.filter(node => !nodes.includes(node))
    const sentences = strange.map(node =>
      text(
        `${file}: "${first}" is to be typed on ${node}, which is no node of this lesson`,
        `${file}：「${first}」標示要在 ${node} 上輸入，但這個課程沒有這個節點`,
      ),
    )
    if (on.length === 0 && !isOwn)
      sentences.push(
        text(
          `${file}: "${first}" does not say where it is typed: write the node behind \`\`\`bash, or shown`,
          `${file}：「${first}」沒有標示在哪裡輸入：請在 \`\`\`bash 後面寫上節點，或寫 shown`,
        ),
      )
    return sentences
  })
}

/** Where the process ids of what goes on are kept on a node, until the reader stops it. */
const ONGOING = '/run/ovn-lab-ongoing'

/** The steps of a block that is typed on nodes. */
export const stepsOf = ({ on, ends, run }: TypedBlock): Step[] =>
  on.map(node => ({ on: node, run: HOW[ends](withAddresses(run)) }))

/** Until it has a session of its own, it would end with the shell that started it. */
const WAIT_FOR_SESSION = 'for _ in {1..50}; do [ "$(ps -o sid= -p $!)" -ne $! ] || break; sleep 0.1; done'

const HOW: Record<Ends, (run: string) => string> = {
  // What runs beside the rest of its block has printed something by the time the reader looks.
  itself: run => (/&$/m.test(run) ? `${run}wait` : run),
  ongoing: byLine(
    line => `setsid ${line} </dev/null >/dev/null 2>&1 &\necho $! >>${ONGOING}\n${WAIT_FOR_SESSION}`,
  ),
  // Ctrl-C sends SIGINT; 124: it had to be stopped.
  stopped: byLine(line => `timeout --signal=INT 3 ${line} || [ $? = 124 ]`),
  fails: run => `${byLine(line => `${line} || failed=1`)(run)}\n[ -n "\${failed:-}" ]`,
}

/** The reader puts in the address of a namespace on this node: MAC-OF-NS1 is that of eth0 in ns1, within quotes too. */
const withAddresses = (run: string): string =>
  run.replaceAll(/MAC-OF-(\w+)/g, (_, ns: string, at: number) => {
    const address = `$(ip netns exec ${ns.toLowerCase()} cat /sys/class/net/eth0/address)`
    const line = run.slice(run.lastIndexOf('\n', at) + 1, at)
    return line.split("'").length % 2 === 0 ? `'"${address}"'` : address
  })

/** Stops on all nodes what goes on there. */
export const stopOngoing = (nodes: string[]): Step[] =>
  nodes.map(on => ({
    on,
    run: `[ ! -e ${ONGOING} ] || { xargs -r kill <${ONGOING} || true; rm ${ONGOING}; }`,
  }))

const linesOf = (run: string) => run.trim().split('\n')

function byLine(how: (line: string) => string): (run: string) => string {
  return run => linesOf(run).map(how).join('\n')
}
