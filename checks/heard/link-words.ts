import { same, type Text, text } from '../../harness/core/text.ts'
import { list } from '../nouns/phrases.ts'
import type { Heard, Post } from '../route/route.ts'

/** The link of a place; of a bond, the member that carried what was heard there, or where nothing was, which there are. */
export function linkWords({ links, bond }: Pick<Post, 'links' | 'bond'>, heard: Pick<Heard, 'links'>): Text {
  if (bond === undefined) return same(links.join(', '))
  const isMember = (name: string) => name !== bond
  const carried = heard.links.filter(isMember)
  const members = list(carried.length > 0 ? carried : links.filter(isMember))
  return carried.length > 0
    ? text(`${bond}, by its member ${members.en}`, `${bond}，經由成員 ${members['zh-TW']}`)
    : text(`${bond} (${members.en})`, `${bond}（${members['zh-TW']}）`)
}
