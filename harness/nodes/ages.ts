/**
 * A part of a shell script that prints `runs SECONDS` for each process of a daemon: for how long it has run.
 * Sources: proc_uptime(5), proc_pid_stat(5) (starttime).
 */
export const agesScript = (daemon: string): string => `{ read -r up rest </proc/uptime; } 2>/dev/null
ticks=$(getconf CLK_TCK 2>/dev/null || echo 100)
for stat in /proc/[0-9]*/stat; do
  { read -r line <"$stat"; } 2>/dev/null || continue
  case $line in *" (${daemon}) "*) set -- \${line##*) }; echo "runs $((\${up%.*} - \${20} / ticks))" ;; esac
done`

/** How long the youngest of them has run, for some watch over one that does the work; undefined where the lines do not say. */
export function youngestIn(lines: string[]): number | undefined {
  const ages = lines.flatMap(line => /^runs (\d+)$/.exec(line)?.[1] ?? []).map(Number)
  return ages.length > 0 ? Math.min(...ages) : undefined
}
