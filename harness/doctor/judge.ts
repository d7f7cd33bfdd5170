import engines from '../../package.json' with { type: 'json' }
import { text } from '../say/text.ts'
import type { Facts } from './facts.ts'
import { installCommand } from './install.ts'
import { vagrantWays } from './vagrant-ways.ts'
import { kvmNotes, type Problem, tooLittleDisk, tooLittleMemory, type Way } from './way.ts'

/** What a computer can run. */
export interface Diagnosis {
  ways: Way[]
  /** What concerns every way, and keeps none from running. */
  remarks: Problem[]
}

/** Judges what was found; a pure function, so that computers that are not here can be judged too. */
export const diagnose = (facts: Facts): Diagnosis => ({
  remarks: nodeRemarks(facts),
  ways: [embeddedWay(facts), ...qemuWays(facts), ...vagrantWays(facts), sshWay(facts)],
})

const MIB_FOR_IMAGE = 1024

function embeddedWay(facts: Facts): Way {
  const { why, packages } = facts.embedded
  const problems: Problem[] = []
  if (why) problems.push({ what: why, mend: mendOfEmbedded(facts) })
  else {
    if (facts.diskFreeMiB.cache < MIB_FOR_IMAGE)
      problems.push(tooLittleDisk('/var/cache/ovn-lab', facts.diskFreeMiB.cache, MIB_FOR_IMAGE))
    problems.push(...tooLittleMemory(facts, 512))
  }
  const list = packages.join(' ')
  return {
    kind: 'embedded',
    name: text('embedded lab: both nodes on this computer', '內建實驗環境：兩個節點都在這台電腦上'),
    command: 'npm run lab up',
    problems,
    notes: list
      ? [
          text(
            `Missing Debian packages, which "lab up" installs: ${list}`,
            `缺少的 Debian 套件，「lab up」會安裝：${list}`,
          ),
        ]
      : [],
  }
}

/** On Linux what is missing is root, Debian or cgroups; elsewhere it is Linux. */
function mendOfEmbedded({ platform, packageManager }: Facts): string {
  if (platform === 'win32') return 'npm run lab up -- --provider vagrant'
  if (platform === 'darwin') return 'npm run lab up -- --provider vagrant'
  return packageManager === 'apt-get' ? 'sudo npm run lab up' : 'npm run lab up -- --provider vagrant'
}

/** QEMU without Vagrant boots Debian's kernel from an image that only Linux can make. */
function qemuWays(facts: Facts): Way[] {
  if (facts.platform !== 'linux') return []
  const { qemu } = facts.versions
  const problems: Problem[] = []
  if (qemu === undefined)
    problems.push({
      what: text('QEMU is not installed.', '沒有安裝 QEMU。'),
      mend: installCommand(facts, 'qemu'),
    })
  else problems.push(...tooLittleMemory(facts, 2 * facts.machineMiB))
  return [
    {
      kind: 'qemu',
      name: text(
        `two virtual machines with QEMU${qemu ? ` ${qemu}` : ''}, without Vagrant`,
        `用 QEMU${qemu ? ` ${qemu}` : ''} 執行兩台虛擬機器，不需要 Vagrant`,
      ),
      command: 'npm run lab up -- --provider qemu',
      problems,
      notes: kvmNotes(facts),
    },
  ]
}

const sshWay = ({ hasInventory }: Facts): Way => ({
  kind: 'ssh',
  name: text('two machines of your own, over ssh', '你自己的兩台機器，透過 SSH'),
  command: 'npm run check -- day-06 --inventory lab.yaml',
  problems: hasInventory
    ? []
    : [
        {
          what: text(
            'No file .ovn-lab.yaml names them here (README, "Your own machines").',
            '這裡沒有 .ovn-lab.yaml 檔指出它們（見 README 的「使用自己的機器」）。',
          ),
          mend: 'npm run check -- day-06 --inventory lab.yaml',
        },
      ],
  notes: [],
})

function nodeRemarks(facts: Facts): Problem[] {
  if (isSupported(facts.node, engines.engines.node)) return []
  return [
    {
      what: text(
        `Node ${facts.node} is not one we test with (${engines.engines.node}).`,
        `我們沒有用 Node ${facts.node} 測試過（我們用的是 ${engines.engines.node}）。`,
      ),
      mend: installCommand(facts, 'node'),
    },
  ]
}

/** Whether a version is in a range of package.json: `^20.19 || >=24`, nothing more than that. */
export function isSupported(version: string, range: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return range.split('||').some(part => {
    const [, sign, from = '0', least = '0'] = /(\^|>=)(\d+)(?:\.(\d+))?/.exec(part) ?? []
    if (major === Number(from)) return minor >= Number(least)
    return sign === '>=' && major > Number(from)
  })
}
