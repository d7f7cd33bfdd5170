import type { Lang } from '../core/text.ts'

/** What Commander says of a wrong call (its Command, in lib/command.js), and the same in Chinese. Flags and names stay. */
const IN_CHINESE: [RegExp, string][] = [
  [/^error: unknown option '(.+?)'/, '沒有選項 $1。'],
  [/^error: unknown command '(.+?)'/, '沒有指令「$1」。'],
  [/^error: missing required argument '(.+?)'/, '少了參數 $1。'],
  [/^error: option '(.+?)' argument missing/, '選項 $1 後面要有值。'],
  [/^error: required option '(.+?)' not specified/, '少了選項 $1。'],
  [
    /^error: too many arguments for '(.+?)'\. Expected (\d+) arguments? but got (\d+)\./,
    '$1 最多 $2 個參數，但這裡有 $3 個。',
  ],
  [
    /^error: too many arguments\. Expected (\d+) arguments? but got (\d+)\./,
    '最多 $1 個參數，但這裡有 $2 個。',
  ],
  [/^error: option '(.+?)' cannot be used with option '(.+?)'/, '選項 $1 不能和 $2 一起使用。'],
  [/^error: option '(.+?)' argument '(.*?)' is invalid\. ?/, '選項 $1 不接受「$2」。'],
  [/^error: command-argument value '(.*?)' is invalid for argument '(.+?)'\. ?/, '參數 $2 不接受「$1」。'],
  [/Allowed choices are (.+)\./, '可以是 $1。'],
  [/It must be a whole number from (\d+) to (\d+)\./, '要是 $1 到 $2 的整數。'],
  [/It must be a port from (\d+) to (\d+)\./, '要是 $1 到 $2 的埠號。'],
  [/\n\(Did you mean (?:one of )?(.+?)\?\)/, '是不是要寫「$1」？'],
]

/** Commander's sentence about a wrong call, as it comes, in the language of the call. One that is not known stays as it is. */
export const callError = (said: string, lang: Lang): string =>
  lang === 'en'
    ? said
    : IN_CHINESE.reduce((words, [pattern, chinese]) => words.replace(pattern, chinese), said)
