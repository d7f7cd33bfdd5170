import { type Command, InvalidArgumentError, Option } from 'commander'
import { useLessons } from '../core/checkout.ts'
import { LANGS, type Lang } from '../core/text.ts'
import { langOfLocale } from './language.ts'

/** The flags that say which machines are meant, and in which language to talk about them. */
export interface LabChoice {
  lab?: string
  inventory?: string
  replay?: string
  /** The folder of an author's own lessons; in force since it was read. */
  lessons?: string
  lang: Lang
}

/** The flags of `check`. */
export interface CheckFlags extends LabChoice {
  stage?: string
  /** Steps of a hint to show. */
  hints?: number
  junit?: string
  json?: string
  record?: string
  watch?: boolean
  /** With `watch`: lines alone. */
  plain?: boolean
  /** Show the path of a packet that did not arrive. */
  explain?: boolean
  color: boolean
}

/** The flags of `explain`. */
export interface ExplainFlags extends LabChoice {
  tcp?: number
  json?: string
  /** Where to draw the map that the packet runs over. */
  svg?: string
  /** List the packets of the last probe; and where to save them. */
  packets?: boolean
  pcapng?: string
  record?: string
  color: boolean
}

/** The flags of `demo`. */
export interface DemoFlags {
  lab?: string
  lang: Lang
  color: boolean
  replay?: boolean
  all?: boolean
}

/** The flags of `prove`. */
export interface ProveFlags {
  all?: boolean
  fault: string[]
  pairs?: string
  seed: string
  shard?: string
  repeat: string
  labs: string
  jobs?: string
  junit?: string
  json?: string
  html?: string
  lang: Lang
  color: boolean
}

/** The flags of `submit`. */
export interface SubmitFlags extends LabChoice {
  out: string
  try?: boolean
  provider: 'embedded' | 'qemu'
  color: boolean
}

/** The flags that say which machines are meant, the same for every command. */
export const labFlags = (command: Command): Command =>
  command
    .option('--lab <name>', 'an embedded lab of this name, or "vagrant" for the machines of the Vagrantfile')
    .option('--inventory <file>', 'machines of your own, named in this file')

/** `--lessons DIR`, the same for every command that knows lessons. */
export const lessonsFlag = (command: Command): Command =>
  command.option('--lessons <folder>', 'lessons of your own, in this folder').on('option:lessons', useLessons)

/** `--lang`, the same for every command. */
export const langFlag = () =>
  new Option('--lang <language>', 'language of the output')
    .choices(LANGS)
    .default(langOfLocale(process.env), 'by your locale')

/** `--hints N`: a number of 1 or more. */
export const hintsFlag = () =>
  new Option('--hints <n>', 'show the first n hints of each claim instead of one').argParser(value => {
    if (/^[1-9]\d?$/.test(value)) return Number(value)
    throw new InvalidArgumentError('It must be a whole number from 1 to 99.')
  })
