import { type Command, InvalidArgumentError } from 'commander'
import type { Trail } from '../core/hop.ts'
import { type ExplainFlags, labFlags, langFlag } from './flags.ts'

/** 0 the packet gets there · 1 it is lost · 2 that could not be looked at. */
const EXIT_CODE: Record<Trail['verdict'], number> = { reached: 0, broken: 1, unknown: 2 }

/** `explain FROM TO`: follows a packet hop by hop, and tells where it gets lost. No lesson is needed. */
export function addExplainCommand(program: Command): void {
  labFlags(program.command('explain'))
    .description('follow a packet hop by hop and show where it is lost')
    .argument('<from>', 'a namespace, a logical port or an interface; name@node where there are several')
    .argument('<to>', 'such a name, or an address')
    .option('--tcp <port>', 'follow the start of a TCP connection to this port instead of a ping', portFrom)
    .option('--json <file>', 'also write a JSON report')
    .option('--svg <file>', 'also draw the packet on the map of what is really there')
    .option('--packets', 'also list what was captured at both ends')
    .option('--pcapng <file>', 'also save what was captured, for Wireshark')
    .option(
      '--record <file>',
      'also save what was seen, so that it can be explained again without the machines',
    )
    .option('--replay <file>', 'explain what was saved with --record instead of machines')
    .option('--no-color', 'no colours')
    .addOption(langFlag())
    .action(async (from: string, to: string, flags: ExplainFlags) => {
      const { runExplain } = await import('./run-explain.ts')
      process.exitCode = EXIT_CODE[await runExplain({ from, to }, flags)]
    })
}

function portFrom(words: string): number {
  const port = /^[1-9]\d{0,4}$/.test(words) ? Number(words) : 0
  if (port >= 1 && port <= 65535) return port
  throw new InvalidArgumentError('It must be a port from 1 to 65535.')
}
