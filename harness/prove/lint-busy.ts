import { type Lang, type Text, text } from '../core/text.ts'
import { ENDS } from './typed.ts'

/** Words that send the reader to a second shell, or end what runs in the first. */
const ELSEWHERE: Record<Lang, RegExp> = { en: /terminal|shell|\bstop\b/i, 'zh-TW': /終端機|shell|停/ }

/**
 * What goes on in a shell keeps it busy. The words before it, or those between it and the next block on that node, say where the reader
 * types that one; the studio opens a shell by itself, and somebody who types by hand sits before a shell that takes nothing.
 */
export function busyShells(words: string, { file, lang }: { file: string; lang: Lang }): Text[] {
  const told: Text[] = []
  const busy = new Map<string, { run: string; said: string }>()
  let before = ''
  for (const [, prose = '', marks = '', run = ''] of words.matchAll(
    /([\s\S]*?)^```\w*(.*)\n([\s\S]*?)^```$/gm,
  )) {
    before = prose.trim() ? prose : before
    for (const one of busy.values()) one.said += prose
    const named = marks.split(/\s+/).filter(Boolean)
    for (const node of named.includes('shown') ? [] : named.filter(mark => !ENDS.includes(mark))) {
      const going = busy.get(node)
      busy.delete(node)
      if (going && !ELSEWHERE[lang].test(going.said))
        told.push(
          text(
            `${file}: "${run.split('\n', 1)[0]}" is typed on ${node} while "${going.run}" keeps that shell busy: say in which terminal`,
            `${file}：在 ${node} 上輸入「${run.split('\n', 1)[0]}」時，那個 shell 還在執行「${going.run}」：請說明在哪個終端機輸入`,
          ),
        )
      if (named.includes('ongoing')) busy.set(node, { run: run.trim(), said: lastParagraph(before) })
    }
  }
  return told
}

const lastParagraph = (prose: string): string => prose.trim().split('\n\n').at(-1) ?? ''
