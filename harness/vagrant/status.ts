import { CannotLook } from '../core/errors.ts'
import { same, type Text, text } from '../core/text.ts'
import type { LabReport } from '../inventory/lab-kind.ts'
import { connectMachine } from '../ssh/connect.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { linkFor, linksOf, type Topology, underlayAddress } from '../topology/topology.ts'
import { vagrantInventory } from './inventory.ts'
import { factsOf, type Looks, lookAt } from './look.ts'
import { type MachineState, machineStates } from './power.ts'
import { type Trouble, troublesOf } from './troubles.ts'

/** Everything that was seen of the machines. */
export interface Seen {
  states: MachineState[]
  looks: Looks
  troubles: Trouble[]
  topology: Topology
}

/** Looks how the machines are, from outside by Vagrant and from inside over ssh. Changes nothing. */
export async function lookAtMachines(): Promise<Seen> {
  const [states, topology] = await Promise.all([machineStates(), loadTopology()])
  const on = states.filter(({ power }) => power === 'on').map(({ node }) => node)
  const looks = on.length === 0 ? {} : await looksAt(on)
  return { states, looks, troubles: troublesOf(states, looks), topology }
}

async function looksAt(nodes: string[]): Promise<Looks> {
  const inventory = await vagrantInventory(nodes)
  const looks = await Promise.all(
    Object.entries(inventory.nodes).map(async ([node, address]) => {
      try {
        const machine = await connectMachine(node, address)
        try {
          return [node, await lookAt(machine)] as const
        } finally {
          await machine.close()
        }
      } catch (problem) {
        if (problem instanceof CannotLook) return [node, problem] as const
        throw problem
      }
    }),
  )
  return Object.fromEntries(looks)
}

/** The machines in sentences, a line each: how they are, what is wrong, and what mends it. */
export async function vagrantStatus(): Promise<LabReport> {
  const seen = await lookAtMachines()
  return { lines: reportLines(seen), isWell: seen.troubles.length === 0 }
}

/** The sentences of a report. */
export function reportLines({ states, looks, troubles, topology }: Seen): Text[] {
  const isWell = troubles.length === 0
  const provider = states.find(state => state.provider !== '')?.provider ?? 'Vagrant'
  const facts = states.map(({ node }) => factsOf(looks, node)).find(found => found !== undefined)
  const underlay = linkFor(topology, 'underlay')
  const physical = linksOf(topology, 'physical').map(({ name }) =>
    text(`  ${name} physical network`, `  ${name} 實體網路`),
  )
  return [
    isWell
      ? text(`Lab "vagrant" is up (${provider}).`, `實驗環境「vagrant」已啟動（${provider}）。`)
      : text(`Lab "vagrant" is not ready (${provider}).`, `實驗環境「vagrant」還不能使用（${provider}）。`),
    ...states.map(({ node, power, word }) =>
      power === 'on'
        ? text(
            `  ${node.padEnd(10)}  on   ${underlay.name} ${underlayAddress(topology, node)}${physical.map(link => link.en).join('')}`,
            `  ${node.padEnd(10)}  開機  ${underlay.name} ${underlayAddress(topology, node)}${physical.map(link => link['zh-TW']).join('')}`,
          )
        : text(`  ${node.padEnd(10)}  OFF  ${word}`, `  ${node.padEnd(10)}  關機  ${word}`),
    ),
    ...troubleLines(troubles),
    ...(facts
      ? [
          same(`Open vSwitch ${facts.versions.ovs} · OVN ${facts.versions.ovn} · ${facts.versions.system}`),
          text(
            `Datapath: the kernel module openvswitch of Linux ${facts.versions.kernel}.`,
            `Datapath：Linux ${facts.versions.kernel} 的核心模組 openvswitch。`,
          ),
        ]
      : []),
    ...(isWell
      ? [
          text(
            `Enter: npx ovn-lab lab shell --lab vagrant ${topology.central} · remove: npx ovn-lab lab down --lab vagrant`,
            `進入：npx ovn-lab lab shell --lab vagrant ${topology.central} · 移除：npx ovn-lab lab down --lab vagrant`,
          ),
        ]
      : []),
  ]
}

/** A trouble and, under it, what mends it. */
export const troubleLines = (troubles: Trouble[]): Text[] =>
  troubles.flatMap(({ what, mend }) => [text(what.en, what['zh-TW']), same(`  → ${mend}`)])
