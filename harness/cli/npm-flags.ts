import { BadCall } from '../core/errors.ts'

/** Of `prove` alone. */
const PROVE = ['fault', 'pairs', 'seed', 'shard', 'repeat', 'labs', 'html']
/** Flags of ours that take a value, and flags that do not. npm keeps both for itself when typed without `--`. */
const WITH_VALUE = [
  'tcp',
  'junit',
  'json',
  'stage',
  'lang',
  'lab',
  'inventory',
  'lessons',
  'record',
  'replay',
  'hints',
  'out',
  'figure',
  'host',
  'port',
  'tls-cert',
  'tls-key',
  'svg',
  'pcapng',
  ...PROVE,
]
const ALONE = ['watch', 'plain', 'explain', 'try', 'share', 'packets']

/** How many words each command has before its flags; commands that pass words through are not touched. */
const WORDS: Record<string, number> = {
  check: 2,
  learn: 2,
  explain: 3,
  map: 2,
  solve: 2,
  undo: 2,
  submit: 2,
  prove: 2,
  demo: 1,
  bench: 1,
  new: 2,
}

/**
 * `npm run check day-06 --watch` never reaches us as typed: npm takes the flag for a setting of its own and leaves
 * a trace in the environment (`npm_config_watch=true`; a flag's value stays behind as a bare word).
 * Returns the arguments as they were meant where that is certain; else throws BadCall with the line to type instead.
 */
export function argumentsWithNpmFlags(argv: string[], env: NodeJS.ProcessEnv): string[] {
  const command = argv[0] ?? ''
  const words = WORDS[command]
  if (env.npm_lifecycle_event !== command || words === undefined) return argv
  const flags = ALONE.filter(flag => env[`npm_config_${flag.replaceAll('-', '_')}`] === 'true').map(
    flag => `--${flag}`,
  )
  // npm reads `--lang` as its own short flags -l -a -g.
  const isLang = env.npm_config_long === 'true' && env.npm_config_global === 'true'
  const takesAll = command === 'prove' || command === 'demo'
  if (takesAll && env.npm_config_all === 'true' && !isLang) flags.push('--all')
  if (env.npm_config_color === '') flags.push('--no-color')
  if (command === 'learn' && env.npm_config_open === '') flags.push('--no-open')

  const bare: string[] = []
  for (const flag of WITH_VALUE) {
    const value = env[`npm_config_${flag.replaceAll('-', '_')}`]
    if (value === undefined || value === '') continue
    if (value === 'true') bare.push(flag)
    else flags.push(`--${flag}`, value)
  }
  if (isLang && !argv.includes('--lang')) bare.push('lang')

  const leftBehind = argv.slice(words).filter(word => !word.startsWith('-'))
  if (bare.length === 0 || argv.some(word => word.startsWith('-'))) return [...argv, ...flags]
  if (bare.length === 1 && leftBehind.length === 1)
    return [...argv.slice(0, words), `--${bare[0]}`, leftBehind[0]!, ...flags]
  throw lostToNpm(command, argv.slice(1, words), bare)
}

function lostToNpm(command: string, words: string[], lost: string[]): BadCall {
  const line = ['npm run', command, '--', ...words, ...lost.map(flag => `--${flag} …`)].join(' ')
  const names = lost.map(flag => `--${flag}`).join(', ')
  return new BadCall({
    en: `npm kept ${names} for itself. Put -- before the arguments: ${line}`,
    'zh-TW': `npm 把 ${names} 當成自己的選項了。請在參數前面加上 --：${line}`,
  })
}
