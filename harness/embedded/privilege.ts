import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { checkout, LESSONS_SETTING } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { handOver } from '../core/program.ts'
import { type Text, text } from '../core/text.ts'

/** Settings that must come along when a command goes on as root. */
const SETTINGS = [
  ...['OVN_LAB_MIRROR', 'OVN_LAB_SUITE', 'OVN_LAB_DATAPATH', LESSONS_SETTING, 'http_proxy', 'TERM'],
  ...['LANG', 'LC_ALL', 'LC_MESSAGES', 'NO_COLOR'],
]

/** The command line (argv) of this program. */
export const OURSELVES = [process.execPath, join(checkout, 'harness/ovn-lab.mjs')]

export const isRoot = (): boolean => process.geteuid?.() === 0

/** The user who asked for the lab: behind sudo it is not the one we run as. */
export const askingUid = (): number => Number(process.env.SUDO_UID ?? process.getuid?.() ?? 0)

/** How this process can become root: not needed, without a question, with one on the terminal, or not at all. */
export function sudoHere(): 'is-root' | 'silent' | 'asks' | 'none' {
  if (isRoot()) return 'is-root'
  const sudo = spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' })
  if (sudo.error) return 'none'
  if (sudo.status === 0) return 'silent'
  return process.stdin.isTTY ? 'asks' : 'none'
}

export const noRoot = text(
  'The embedded lab needs root: run this as root, or as a user who may use sudo.',
  '內建實驗環境需要 root 權限：請以 root 或可使用 sudo 的使用者執行。',
)

/**
 * Runs a command of ours again as root and returns its exit code; stdin, stdout and stderr are passed through.
 * Throws BadCall when there is no way to root.
 */
export async function againAsRoot(argv: string[], env: NodeJS.ProcessEnv = process.env): Promise<number> {
  const sudo = sudoHere()
  if (sudo === 'none' || sudo === 'is-root') throw new BadCall(noRoot)
  const quiet = sudo === 'silent' ? ['-n'] : []
  // With env, as sudo itself keeps variables only for those who may ask it to.
  const settings = SETTINGS.flatMap(name => (env[name] ? [`${name}=${env[name]}`] : []))
  return handOver('sudo', [...quiet, '--', 'env', ...settings, ...OURSELVES, ...argv])
}

/** The same for a call of the library, which goes on only if all went well; the sentences were told by then. */
export async function asRoot(argv: string[], settings: NodeJS.ProcessEnv = {}): Promise<void> {
  endedWell(argv, await againAsRoot(argv, { ...process.env, ...settings }))
}

/** A command of ours that went on as root did not end well, and has told why where it could. */
export class EndedAsRoot extends BadCall {
  override name = 'EndedAsRoot'
  readonly exitCode: number

  constructor(exitCode: number, sentence: Text) {
    super(sentence)
    this.exitCode = exitCode
  }
}

/** Throws EndedAsRoot unless a command of ours that went on as root has ended well. */
export function endedWell(argv: string[], code: number): void {
  if (code === 0) return
  throw new EndedAsRoot(
    code,
    text(
      `As root, ovn-lab ${argv.join(' ')} ended with exit code ${code}.`,
      `以 root 執行的 ovn-lab ${argv.join(' ')} 結束代碼為 ${code}。`,
    ),
  )
}
