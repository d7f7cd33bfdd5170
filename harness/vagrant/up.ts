import { existsSync } from 'node:fs'
import { BadCall, CannotLook } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import { type Candidate, diagnoseHere, canRun as isPossible, problemLines } from '../doctor/index.ts'
import { choose, isChosen } from './choice.ts'
import { type MachineState, machineStates } from './power.ts'
import { letVagrant } from './run-vagrant.ts'
import { lookAtMachines, troubleLines } from './status.ts'
import type { Trouble } from './troubles.ts'

type Say = (line: Text) => void

/**
 * Brings the machines up and resolves when a learner can begin: made where they are not, switched on where they are
 * off, provisioned where that broke off. Before anything is built this computer is judged, and refused with what to
 * change. From then on commands that name no lab mean these machines.
 */
export async function up(say: Say): Promise<void> {
  const states = await machineStates().catch((problem: unknown) => {
    // Whether Vagrant is there at all is among what is judged next.
    if (problem instanceof BadCall) return undefined
    throw problem
  })
  if (!states?.every(({ power }) => power === 'on')) await start(states ?? [], say)
  await mend(say)
  keepChoice(say)
}

async function start(states: MachineState[], say: Say): Promise<void> {
  const provider = await judgedProvider(states)
  for (const { node, power, word } of states)
    if (power === 'halted' || power === 'suspended')
      say(
        text(
          `${node} is ${power === 'halted' ? 'halted' : 'suspended'} (${word}) and is started again.`,
          `${node} ${power === 'halted' ? '已關機' : '已暫停'}（${word}），現在重新啟動。`,
        ),
      )
  say(
    text(
      `Starting two virtual machines with ${provider}. The first time, Vagrant downloads a box and packages; this takes minutes.`,
      `用 ${provider} 啟動兩台虛擬機器。第一次會下載 box 和套件，需要幾分鐘。`,
    ),
  )
  const code = await letVagrant(['up', '--provider', provider])
  if (code !== 0)
    throw new CannotLook(
      text(
        `vagrant up ended with exit code ${code}; see its messages above.`,
        `vagrant up 的結束代碼是 ${code}；它輸出的訊息在上面。`,
      ),
      { help: 'npx ovn-lab lab status --lab vagrant' },
    )
}

/** The provider to use: the one that has the machines, the one Vagrant is set to, else the first that can run. */
async function judgedProvider(states: MachineState[]): Promise<string> {
  const { candidates } = await diagnoseHere()
  const vagrant = candidates.filter(({ kind }) => kind === 'vagrant')
  const wanted =
    states.find(({ power, provider }) => power !== 'absent' && provider !== '')?.provider ??
    process.env.VAGRANT_DEFAULT_PROVIDER
  // A provider we do not know is the learner's own affair.
  if (wanted && !vagrant.some(({ provider }) => provider === wanted)) return wanted
  const candidate = vagrant.find(one => (wanted ? one.provider === wanted : isPossible(one))) ?? vagrant[0]
  if (candidate?.provider !== undefined && isPossible(candidate)) return candidate.provider
  throw refused(candidate ? [candidate] : [])
}

function refused(candidates: Candidate[]): BadCall {
  const lines = candidates.flatMap(({ problems }) => problems.flatMap(problemLines))
  return new BadCall(
    text(
      ['The virtual machines cannot run here yet; nothing was built.', ...lines.map(line => line.en)].join(
        '\n',
      ),
      ['虛擬機器還不能在這裡執行；什麼都沒有建立。', ...lines.map(line => line['zh-TW'])].join('\n'),
    ),
  )
}

/** What is still wrong with machines that are on: finished where Vagrant can, told where the learner has to. */
async function mend(say: Say): Promise<void> {
  let { troubles } = await lookAtMachines()
  for (const { node, kind, what } of troubles.filter(isProvisionable)) {
    say(what)
    say(
      text(`It is provisioned again (vagrant provision ${node}).`, `重新佈建（vagrant provision ${node}）。`),
    )
    if ((await letVagrant(['provision', node])) !== 0) break
    if (kind === 'unfinished') ({ troubles } = await lookAtMachines())
  }
  if (troubles.length === 0) return
  const lines = troubleLines(troubles)
  throw new CannotLook(
    text(lines.map(line => line.en).join('\n'), lines.map(line => line['zh-TW']).join('\n')),
  )
}

/** Not on a full disk, where it would only break off again. */
const isProvisionable = ({ kind, node }: Trouble, _: number, all: Trouble[]) =>
  kind === 'unfinished' && !all.some(other => other.kind === 'disk' && other.node === node)

function keepChoice(say: Say): void {
  const wasChosen = isChosen()
  choose()
  say(text('Lab "vagrant" is up.', '實驗環境「vagrant」已啟動。'))
  if (wasChosen) return
  say(
    text(
      'From now on, commands without --lab use these machines; to change that: npm run lab up -- --provider embedded',
      '從現在起，沒有加 --lab 的指令都會用這兩台機器；要改回來，請執行 npm run lab up -- --provider embedded',
    ),
  )
  if (existsSync('.ovn-lab.yaml'))
    say(
      text(
        'Exception: check, solve and undo use the machines in .ovn-lab.yaml first.',
        '但 check、solve、undo 會優先使用 .ovn-lab.yaml 裡的機器。',
      ),
    )
}
