/** The languages a learner can read us in. Every text for learners exists in all of them. */
export const LANGS = ['zh-TW', 'en'] as const
export type Lang = (typeof LANGS)[number]

/** One sentence in every language; the type makes a missing translation a compile error. */
export type Text = Readonly<Record<Lang, string>>

/** Both languages side by side, where the sentence is made. */
export const text = (en: string, zhTW: string): Text => ({ en, 'zh-TW': zhTW })

/** For what needs no translation: an address, a row, a command. */
export const same = (words: string): Text => ({ en: words, 'zh-TW': words })

/** Several one after the other, with what stands between them in each language. */
export const joined = (texts: (Text | string)[], between = text(', ', '、')): Text => {
  const inLang = (lang: Lang) =>
    texts.map(words => (typeof words === 'string' ? words : words[lang])).join(between[lang])
  return text(inLang('en'), inLang('zh-TW'))
}
