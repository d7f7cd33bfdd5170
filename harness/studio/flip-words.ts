import { joined, type Text, text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { Change, Flip } from '../live/live.ts'
import type { Flipped } from '../studio-page/protocol.ts'
import { quoted } from '../tell/wording.ts'

/** Causes that are named; of more than these, a learner reads none. */
const CAUSES_MAX = 2

/**
 * What flips are told, once and in plain words: which claims came to another verdict, and what caused it. Undefined where there is
 * nothing to tell: a claim that was judged for the first time, or only waits for another one.
 */
export function flippedOf(
  lesson: Pick<Lesson, 'stages'>,
  flips: readonly Flip[],
  causes: readonly Change[],
  atMs: number,
): Flipped | undefined {
  const titles = new Map(lesson.stages.flatMap(({ claims }) => claims.map(({ id, title }) => [id, title])))
  const told = flips.filter(({ from, to }) => from !== undefined && from !== to && isTold(from, to))
  const sentences = (['holds', 'fails', 'unknown'] as const).flatMap(to => {
    const named = told.flatMap(flip => (flip.to === to ? [titles.get(flip.claim) ?? text('', '')] : []))
    return named.length > 0 ? [sentence(to, named)] : []
  })
  if (sentences.length === 0) return undefined
  return {
    atMs,
    words: joined(sentences, text(' ', '')),
    causes: causeWords(causes),
    claims: told.map(({ claim, to }) => ({ id: claim, to })),
  }
}

/** What begins to wait follows from what failed, which is told; what waited and fails now, a learner has not broken. */
const isTold = (from: Verdict, to: Verdict): boolean =>
  to !== 'waits' && !(from === 'waits' && to === 'fails')

const SAID: Record<Exclude<Verdict, 'waits'>, { one: Text; many: Text }> = {
  holds: { one: text('holds now', '現在成立'), many: text('claims hold now', '個項目現在成立') },
  fails: {
    one: text('fails now', '現在不成立'),
    many: text('claims fail now', '個項目現在不成立'),
  },
  unknown: {
    one: text('is unknown now', '現在無法查看'),
    many: text('claims are unknown now', '個項目現在無法查看'),
  },
}

function sentence(to: Exclude<Verdict, 'waits'>, titles: Text[]): Text {
  const { one, many } = SAID[to]
  const first = quoted(titles[0]!)
  if (titles.length === 1) return text(`${first.en} ${one.en}.`, `${first['zh-TW']}${one['zh-TW']}。`)
  return text(
    `${titles.length} ${many.en}, ${first.en} among them.`,
    `${titles.length} ${many['zh-TW']}，其中有${first['zh-TW']}。`,
  )
}

/** A program's bare name says nothing. */
function causeWords(causes: readonly Change[]): Text[] {
  const telling = causes.filter(({ source, words }) => source !== 'program' || words.en.includes(' '))
  const all = telling.map(({ node, words }) => text(`${node}: ${words.en}`, `${node}：${words['zh-TW']}`))
  const different = all.filter((one, index) => all.findIndex(other => other.en === one.en) === index)
  return different.slice(0, CAUSES_MAX)
}
