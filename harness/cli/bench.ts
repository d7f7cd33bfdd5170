import type { Command } from 'commander'

/** `bench`: prints the figures this project holds itself to, measured on an embedded lab of its own. */
export function addBenchCommand(program: Command): void {
  program
    .command('bench')
    .description('measure our own figures on an embedded lab of its own')
    .option('--json <file>', 'also write them as JSON')
    .option('--runs <count>', 'runs of each, of which the median is told', '5')
    .action(async (flags: { json?: string; runs: string }) => {
      const { runBench } = await import('../bench/run-bench.ts')
      await runBench(Number(flags.runs), flags.json)
    })
}
