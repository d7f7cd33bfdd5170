import engines from '../../package.json' with { type: 'json' }
import { text } from '../core/text.ts'
import { demoLesson } from '../lesson/demo-lesson.ts'
import { nodeNames } from '../topology/topology.ts'
import {
  type Candidate,
  kvmNotes,
  type Problem,
  problemIf,
  tooLittleDisk,
  tooLittleMemory,
} from './candidate.ts'
import type { Facts, OwnKind } from './facts.ts'
import { installCommand } from './install.ts'
import { vagrantCandidates } from './vagrant-candidates.ts'

/** What a computer can run. */
export interface Diagnosis {
  candidates: Candidate[]
  /** What concerns every candidate, and keeps none from running. */
  remarks: Problem[]
}

/** Judges what was found; a pure function, so that computers that are not here can be judged too. */
export const diagnose = (facts: Facts): Diagnosis => ({
  remarks: nodeRemarks(facts),
  candidates: [
    embeddedCandidate(facts),
    ...qemuCandidates(facts),
    ...vagrantCandidates(facts),
    sshCandidate(facts),
  ],
})

const MIB_FOR_IMAGE = 1024

const embeddedCandidate = (facts: Facts): Candidate => ({
  ...ownCandidate(facts, facts.embedded, 512),
  kind: 'embedded',
  name: text('embedded lab: both nodes on this computer', '內建實驗環境：兩個節點都在這台電腦上'),
  command: 'npm run lab up',
})

/** Only Linux can make the image they boot. */
function qemuCandidates(facts: Facts): Candidate[] {
  if (facts.platform !== 'linux') return []
  const candidate = ownCandidate(facts, facts.qemu, nodeNames(facts.topology).length * facts.machineMiB)
  const version = facts.versions.qemu ? ` ${facts.versions.qemu}` : ''
  return [
    {
      ...candidate,
      kind: 'qemu',
      name: text(
        `two virtual machines with QEMU${version}, without Vagrant`,
        `用 QEMU${version} 執行兩台虛擬機器，不需要 Vagrant`,
      ),
      command: 'npm run lab up -- --provider qemu',
      notes: [...candidate.notes, ...kvmNotes(facts)],
    },
  ]
}

/** What the kinds of lab have in common that install what they need. */
function ownCandidate(facts: Facts, { why, packages }: OwnKind, memoryMiB: number) {
  const room = facts.diskFreeMiB.cache
  const list = packages.join(' ')
  return {
    problems: why
      ? [{ what: why, mend: mendOfOwn(facts) }]
      : [
          ...(room < MIB_FOR_IMAGE ? [tooLittleDisk('/var/cache/ovn-lab', room, MIB_FOR_IMAGE)] : []),
          ...tooLittleMemory(facts, memoryMiB),
        ],
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

/** On Debian root is missing, or cgroups; elsewhere Debian itself. */
const mendOfOwn = ({ packageManager }: Facts) =>
  packageManager === 'apt-get' ? 'sudo npm run lab up' : 'npm run lab up -- --provider vagrant'

const CHECK_OWN = `npm run check -- ${demoLesson()} --inventory lab.yaml`

const sshCandidate = ({ hasInventory }: Facts): Candidate => ({
  kind: 'ssh',
  name: text('two machines of your own, over ssh', '你自己的兩台機器，透過 SSH'),
  command: CHECK_OWN,
  problems: problemIf(
    !hasInventory,
    text(
      'There is no file .ovn-lab.yaml here that lists them (docs/LABS.md, "Your own machines").',
      '這裡沒有列出它們的 .ovn-lab.yaml 檔（見 docs/LABS.zh-TW.md 的「使用自己的機器」）。',
    ),
    CHECK_OWN,
  ),
  notes: [],
})

const nodeRemarks = (facts: Facts): Problem[] =>
  problemIf(
    !isSupported(facts.node, engines.engines.node),
    text(
      `ovn-lab is not tested with Node ${facts.node}, only with ${engines.engines.node}.`,
      `我們沒有用 Node ${facts.node} 測試過（我們用的是 ${engines.engines.node}）。`,
    ),
    installCommand(facts, 'node'),
  )

/** Whether a version is in a range of package.json: `^20.19 || >=24`, nothing more than that. */
export function isSupported(version: string, range: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  return range.split('||').some(part => {
    const [, sign, from = '0', least = '0'] = /(\^|>=)(\d+)(?:\.(\d+))?/.exec(part) ?? []
    if (major === Number(from)) return minor >= Number(least)
    return sign === '>=' && major > Number(from)
  })
}
