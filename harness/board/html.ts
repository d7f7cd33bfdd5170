import { createHash } from 'node:crypto'
import type { Lang, Text } from '../core/text.ts'
import { cleanLine } from '../tell/clean.ts'

/** How much of one value the board shows, in UTF-16 units. */
const LIMIT = 600

/** Text that a browser shows as it is: never a tag, never the end of an attribute. */
export const escapeHtml = (words: string): string =>
  words
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')

/** Words of somebody else, cleaned and cut, on one line, as HTML. */
export const shown = (words: string, { lang = 'en', limit = LIMIT }: { lang?: Lang; limit?: number } = {}) =>
  escapeHtml(cleanLine(words, { lang, limit }))

/** A sentence in every language, one of which the page shows (STYLE); as it is where they are the same. */
export function both(sentence: Text, limit = LIMIT): string {
  const [en, zh] = [
    shown(sentence.en, { lang: 'en', limit }),
    shown(sentence['zh-TW'], { lang: 'zh-TW', limit }),
  ]
  return en === zh ? en : `<span lang="en">${en}</span><span lang="zh-TW">${zh}</span>`
}

/** A text whose words the page's script changes with the language: of a title or an option, which hold no tags. */
export const swapped = (tag: string, sentence: Text, lang: Lang, attributes = ''): string =>
  `<${tag}${attributes} data-en="${shown(sentence.en)}" data-zh="${shown(sentence['zh-TW'])}">${shown(sentence[lang])}</${tag}>`

/** For who listens, not for the eye. */
export const heard = (html: string): string => `<span class="heard">${html}</span>`
/** For the eye, not for who listens. */
export const seen = (html: string, name = ''): string =>
  `<span aria-hidden="true"${name && ` class="${name}"`}>${html}</span>`

/** Data for the page's script; nothing in it ends the element. */
export const dataBlock = (id: string, data: unknown): string =>
  `<script type="application/json" id="${id}">${JSON.stringify(data).replaceAll('<', '\\u003c')}</script>`

/** Names what a page may run or look like by its content (CSP level 2, “hash-source”). */
export const sha256 = (content: string): string =>
  `'sha256-${createHash('sha256').update(content).digest('base64')}'`
