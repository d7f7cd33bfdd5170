import { LANGS, type Lang } from '../core/text.ts'

/** The language of a call: `--lang` if it names one of ours, else Chinese for a Chinese locale, else English. */
export function langFrom(argv: string[], env: NodeJS.ProcessEnv): Lang {
  const index = argv.findIndex(argument => argument === '--lang' || argument.startsWith('--lang='))
  const asked = index < 0 ? undefined : (argv[index]?.split('=')[1] ?? argv[index + 1])
  return LANGS.find(lang => lang === asked) ?? langOfLocale(env)
}

/** By the environment's locale, in POSIX's order of precedence (locale(7)). */
export function langOfLocale(env: NodeJS.ProcessEnv): Lang {
  const locale = env.LC_ALL || env.LC_MESSAGES || env.LANG || ''
  return /^zh/i.test(locale) ? 'zh-TW' : 'en'
}
