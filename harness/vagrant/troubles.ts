import { CannotLook } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import { factsOf, type Looks } from './look.ts'
import type { MachineState } from './power.ts'

/** What keeps a machine from being worked on, and the one command that mends it. */
export interface Trouble {
  node: string
  kind: 'absent' | 'halted' | 'suspended' | 'unclear' | 'silent' | 'unfinished' | 'disk' | 'twin'
  what: Text
  mend: string
}

/** Below this Open vSwitch can no longer write its database. */
const FREE_MIB_MIN = 64

const UP = 'npm run lab up -- --provider vagrant'

/** Everything that is wrong with the machines, each with what mends it. A pure function of what was seen. */
export function troublesOf(states: MachineState[], looks: Looks): Trouble[] {
  return [
    ...states.flatMap(state => (state.power === 'on' ? insideOf(state.node, looks) : [powerTrouble(state)])),
    ...twins(looks),
  ]
}

function powerTrouble({ node, power, word }: MachineState): Trouble {
  const trouble = (kind: Trouble['kind'], en: string, zhTW: string, mend = UP): Trouble => ({
    node,
    kind,
    what: text(`${node} ${en}.`, `${node} ${zhTW}。`),
    mend,
  })
  if (power === 'absent') return trouble('absent', 'is not created', '尚未建立')
  if (power === 'halted') return trouble('halted', `is halted (${word})`, `已關機（${word}）`)
  if (power === 'suspended') return trouble('suspended', `is suspended (${word})`, `已暫停（${word}）`)
  return trouble(
    'unclear',
    `is in a state that you have to look at yourself (${word})`,
    `的狀態需要你自己查看（${word}）`,
    `vagrant status ${node}`,
  )
}

function insideOf(node: string, looks: Looks): Trouble[] {
  const look = looks[node]
  if (look === undefined) return []
  if (look instanceof CannotLook)
    return [
      {
        node,
        kind: 'silent',
        what: text(
          `${node} is on, but cannot be inspected (${look.reason.en}).`,
          `${node} 已開機，但無法查看（${look.reason['zh-TW']}）。`,
        ),
        mend: `vagrant reload ${node}`,
      },
    ]
  const found: Trouble[] = []
  if (look.freeMiB < FREE_MIB_MIN)
    found.push({
      node,
      kind: 'disk',
      what: text(
        `The disk of ${node} is full: ${look.freeMiB} MiB are free.`,
        `${node} 的磁碟滿了：只剩 ${look.freeMiB} MiB。`,
      ),
      mend: `vagrant ssh ${node} -c "sudo sh -c 'apt-get clean; journalctl --vacuum-size=8M'"`,
    })
  if (!look.isProvisioned)
    found.push({
      node,
      kind: 'unfinished',
      what: text(
        `${node} is only half provisioned: its setup was interrupted.`,
        `${node} 只設定到一半：佈建（provision）中途停止。`,
      ),
      mend: `vagrant provision ${node}`,
    })
  return found
}

/** Chassis with one name: each takes the other's place in the southbound database, over and over. */
function twins(looks: Looks): Trouble[] {
  const seen = new Map<string, string>()
  return Object.keys(looks).flatMap(node => {
    const id = factsOf(looks, node)?.systemId
    if (id === undefined) return []
    if (seen.has(id)) return [twin(node, id)]
    seen.set(id, node)
    return []
  })
}

function twin(node: string, systemId: string): Trouble {
  const anew = 'rm /etc/openvswitch/system-id.conf; systemctl restart openvswitch-switch ovn-controller'
  return {
    node,
    kind: 'twin',
    what: text(
      `Both machines have the same Open vSwitch system-id (${systemId}): one was cloned from the other, and OVN takes them for one chassis.`,
      `兩台機器的 Open vSwitch system-id 相同（${systemId}）：其中一台是從另一台複製出來的，OVN 會把它們當成同一個 chassis。`,
    ),
    mend: `vagrant ssh ${node} -c "sudo sh -c '${anew}'"`,
  }
}
