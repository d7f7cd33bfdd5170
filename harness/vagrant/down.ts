import { existsSync, rmSync } from 'node:fs'
import { CannotLook } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import { ownFolder } from './choice.ts'
import { machineStates } from './power.ts'
import { letVagrant } from './run-vagrant.ts'

/** Takes the machines away with their disks and the lab's key; the learner's choice of them is forgotten too. */
export async function down(say: (line: Text) => void): Promise<void> {
  const states = await machineStates()
  if (states.every(({ power }) => power === 'absent')) {
    const wasChosen = existsSync(ownFolder())
    forget()
    say(
      wasChosen
        ? text('Lab "vagrant" is removed.', '實驗環境「vagrant」已移除。')
        : text(
            'Lab "vagrant" is not up; there is nothing to remove.',
            '實驗環境「vagrant」沒有啟動，沒有東西需要移除。',
          ),
    )
    return
  }
  const code = await letVagrant(['destroy', '--force'])
  if (code !== 0)
    throw new CannotLook(
      text(`vagrant destroy ended with exit code ${code}.`, `vagrant destroy 的結束代碼是 ${code}。`),
      { help: 'vagrant status' },
    )
  forget()
  say(
    text(
      'Lab "vagrant" is removed. The box stays for the next time (vagrant box list; vagrant box remove NAME).',
      '實驗環境「vagrant」已移除。box 會留著下次使用（vagrant box list；vagrant box remove NAME）。',
    ),
  )
}

const forget = () => rmSync(ownFolder(), { recursive: true, force: true })
