import { spawnSync } from 'node:child_process'
import { helperOf } from '../lesson/helper.ts'

/** What a shell said and how it ended. */
export interface Said {
  status: number | null
  stdout: string
  stderr: string
}

/** How the shell is started: its language, and a program around it. */
interface How {
  lang?: string
  wrapper?: string[]
}

/** A network and a /run that end with the test: a refusal that is missing must not build on somebody's computer. */
const SEAL = ['unshare', '--mount', '--net', '--propagation', 'private', 'sh', '-c']
const sealed = [...SEAL, 'mount -t tmpfs none /run && exec "$@"', 'sh']
const seal = spawnSync(sealed[0]!, [...sealed.slice(1), 'true']).status === 0 ? sealed : []
/** A network and a /run of its own, gone with the process. */
const IN_SANDBOX = ['unshare', '--mount', '--net', '--propagation', 'private']

export const hasBash = spawnSync('bash', ['--version']).status === 0
export const isRoot = process.getuid?.() === 0

/** A command that stopped at once, with one sentence. */
export const refused = (sentence: string): Said => ({ status: 2, stdout: '', stderr: `${sentence}\n` })

/** A bash that has sourced the helper.sh of a lesson, for the tests of its commands. `folder`: of the lesson. */
export async function typedHelper(folder: string) {
  const helper = await helperOf({ folder })

  /** Types lines into it; the helper comes on stdin, so any user can read it. */
  const typed = (lines: string, { lang = 'C', wrapper = [] }: How = {}): Said => {
    const [program = 'bash', ...args] = [...seal, ...wrapper, 'bash', '-s']
    const env = { PATH: `${process.env.PATH}:/usr/sbin:/sbin`, LANG: lang, HOME: '/nonexistent' }
    const { status, stdout, stderr } = spawnSync(program, args, {
      input: `${helper}\n${lines}\n`,
      encoding: 'utf8',
      env,
    })
    return { status, stdout, stderr }
  }
  /** Types lines where nothing of the host can be reached. */
  const inside = (lines: string) => typed(`mount -t tmpfs none /run\n${lines}`, { wrapper: IN_SANDBOX })
  return {
    helper,
    typed,
    inside,
    canSandbox: hasBash && isRoot && inside('ip netns add probe').status === 0,
    hasNorthbound: hasBash && typed('_ovnlab_need_northbound x').status === 0,
  }
}
