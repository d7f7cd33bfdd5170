import { checkout } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { type Answer, ask, handOver } from '../core/program.ts'
import { text } from '../core/text.ts'

/** A question to Vagrant that takes this long will not be answered: another Vagrant holds its lock. */
const PATIENCE_MS = 120_000

/** Asks Vagrant something about the machines of the Vagrantfile. BadCall where there is no Vagrant. */
export async function askVagrant(argv: string[]): Promise<Answer> {
  const told = await ask('vagrant', argv, { cwd: checkout, timeoutMs: PATIENCE_MS })
  if (told === undefined) throw noVagrant()
  return told
}

/** Lets Vagrant do something that takes its time, and say so itself; returns its exit code. */
export const letVagrant = (argv: string[]): Promise<number> =>
  // A Ctrl-C reaches Vagrant too, which takes back what it is doing.
  handOver('vagrant', argv, { cwd: checkout, stdio: ['ignore', 'inherit', 'inherit'] }).catch(() => {
    throw noVagrant()
  })

const noVagrant = () =>
  new BadCall(
    text(
      'There is no program "vagrant", or it does not answer: npm run lab doctor says what is missing.',
      '沒有「vagrant」這個程式，或它沒有回應：npm run lab doctor 會說明缺少什麼。',
    ),
  )
