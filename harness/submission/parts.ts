import { text } from '../core/text.ts'
import { complain } from '../manifest/validate.ts'

/** A script of one node, as it was handed in. */
export interface Script {
  node: string
  /** What the student calls it, and its path for sentences about it. */
  file: string
  path: string
  content: string
}

/** Some lines of what was handed in, run by one bash on one node. */
export interface Piece {
  node: string
  file: string
  /** Of its first line in the file, from 1. */
  line: number
  /** Shell lines, without those of the file before them. */
  run: string
  /** At the first command that ends with an error it stops, and all pieces after it are left out: so a solution.yaml is meant. */
  stopsAtError: boolean
}

const MARK = /^#\s*part:\s*(\S+)\s*$/i
/** What begins a here-document, its dash and its delimiter (bash(1), Here Documents); `<<<` begins none. */
const HERE_DOCUMENT = /(?<!<)<<(-?)[ \t]*(["']?)([A-Za-z_]\w*)\2/

interface Part {
  name: string
  piece: Piece
}

/**
 * The pieces of scripts, in the order in which they run: the scripts one after the other, or, where lines `# part: NAME`
 * divide them, all scripts' parts of one name before any script's next one. What comes before the first mark is a part of its
 * own; a part that only one script has runs right after the one before it. BadCall, with file and line, where two scripts have their parts in different orders, or one has a name twice.
 */
export function piecesOf(scripts: Script[]): Piece[] {
  const order: string[] = []
  const divided = scripts.map(script => {
    const parts = partsOf(script)
    let next = 0
    for (const { name, piece } of parts) {
      const known = order.indexOf(name)
      if (known < 0) order.splice(next++, 0, name)
      else if (known >= next) next = known + 1
      else throw outOfOrder(script, piece.line, name)
    }
    return parts
  })
  return order.flatMap(name =>
    divided.flatMap(parts => parts.filter(part => part.name === name).map(({ piece }) => piece)),
  )
}

function partsOf(script: Script): Part[] {
  const lines = script.content.split('\n')
  const parts: { name: string; from: number; to: number }[] = [{ name: '', from: 0, to: lines.length }]
  let typedTo = 0
  for (const [index, line] of lines.entries()) {
    // The lines of a here-document are what a file will hold.
    if (index < typedTo) continue
    typedTo = endOfHereDocument(lines, index)
    const name = MARK.exec(line)?.[1]
    if (name === undefined) continue
    if (parts.some(part => part.name === name)) throw twice(script, index + 1, name)
    parts.at(-1)!.to = index
    parts.push({ name, from: index, to: lines.length })
  }
  return parts
    .map(({ name, from, to }) => ({ name, piece: pieceOf(script, from, lines.slice(from, to)) }))
    .filter(({ piece }) => piece.run.replaceAll(/^\s*(#.*)?$/gm, '').trim() !== '')
}

/** Index of the line that ends the here-document of this one; the line itself where it begins none, or none that ends. */
function endOfHereDocument(lines: string[], at: number): number {
  const [, dash, , delimiter] = HERE_DOCUMENT.exec(lines[at] ?? '') ?? []
  if (delimiter === undefined) return at
  const isEnd = (line: string) => (dash ? line.replace(/^\t+/, '') : line) === delimiter
  return Math.max(
    at,
    lines.findIndex((line, index) => index > at && isEnd(line)),
  )
}

const pieceOf = ({ node, file }: Script, from: number, lines: string[]): Piece => ({
  node,
  file,
  line: from + 1,
  run: lines.join('\n'),
  stopsAtError: false,
})

const twice = ({ path }: Script, line: number, name: string) =>
  complain(`${path}:${line}:1`, text(`there are two parts "${name}"`, `有兩個部分都叫「${name}」`))

const outOfOrder = ({ path }: Script, line: number, name: string) =>
  complain(
    `${path}:${line}:1`,
    text(
      `part "${name}" comes earlier in the script of another node: parts of one name run together, so all scripts need the same order`,
      `另一個節點的腳本裡，部分「${name}」排在更前面：同名的部分會一起執行，所以各腳本的順序必須相同`,
    ),
  )
