/**
 * Whether to colour what goes to `stream`: never with NO_COLOR (no-color.org), always with FORCE_COLOR
 * (force-color.org; `0` and `false` mean never), else on a terminal that is not `dumb` (terminfo(5)).
 */
export function colourWanted(
  env: Readonly<Record<string, string | undefined>>,
  stream: { isTTY?: boolean },
): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return stream.isTTY === true && env.TERM !== 'dumb'
}
