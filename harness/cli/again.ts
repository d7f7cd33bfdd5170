import type { CheckFlags } from './flags.ts'

type OnLab = Pick<CheckFlags, 'lab' | 'inventory' | 'replay' | 'lessons'>

/** The line that runs a command on a lesson, on the machines of this call. npm needs `--` before flags. */
export function lineFor(
  command: 'check' | 'undo',
  lessonId: string,
  { lab, inventory, replay, lessons }: OnLab,
  more: Record<string, string | number | undefined> = {},
): string {
  const flags = Object.entries({ ...more, lab, inventory, replay, lessons })
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (value === '' ? `--${name}` : `--${name} ${value}`))
  return [`npm run ${command}`, flags.length > 0 ? '--' : '', lessonId, ...flags].filter(Boolean).join(' ')
}

/** The line that restores a checkpoint on the machines of this call: other machines have other ones, and would refuse it. */
export const restoreLine = (name: string, { lab, inventory }: Pick<OnLab, 'lab' | 'inventory'>): string =>
  [
    `npx ovn-lab checkpoint restore ${name}`,
    ...(lab === undefined ? [] : [`--lab ${lab}`]),
    ...(inventory === undefined ? [] : [`--inventory ${inventory}`]),
  ].join(' ')
