import { remembered } from './processes.ts'
import { $ } from './shell.ts'

/** Runs a command that prepares something for a lab, to its end. Rejects with what it said when it does not end well. */
export async function runRemembered(
  lab: string,
  words: string[],
  settings: NodeJS.ProcessEnv = {},
): Promise<void> {
  const { argv, env } = remembered(lab, 'start', words)
  await $({ env: { ...env, ...settings } })`${argv}`
}
