import type { Command } from 'commander'

/** `bench`: prints the figures this project holds itself to, measured on an embedded lab of its own. */
export function addBenchCommand(program: Command): void {
  program
    .command('bench')
    .description('measure the speed of ovn-lab on a separate embedded lab')
    .option('--json <file>', 'also write them as JSON')
    .option('--runs <count>', 'runs of each; the median is printed', '5')
    .action(async (flags: { json?: string; runs: string }) => {
      const { runBench } = await import('../bench/run-bench.ts')
      await runBench(Number(flags.runs), flags.json)
    })
}
