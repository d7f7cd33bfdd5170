import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { embeddedInventory } from '../embedded/index.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import type { Lesson } from '../lesson/lesson.ts'
import type { LiveLesson } from '../live/live.ts'
import { openLive } from '../live/open-live.ts'
import { connectMachine } from '../ssh/connect.ts'
import type { Machine } from '../ssh/machine.ts'
import { type Bench, median } from './figure.ts'
import type { BenchLabs } from './labs.ts'
import { measureParts, type Parts } from './parts.ts'

/** A command that makes a claim fail, and one that makes it hold again. */
interface Toggle {
  node: string
  claim: string
  off: string
  on: string
}

/** Of what a learner of day 06 does: a mapping, and links. */
const STATES: Toggle[] = [
  {
    node: 'hypervisor',
    claim: 'mapping-hypervisor',
    off: 'ovs-vsctl --no-wait remove Open_vSwitch . external_ids ovn-bridge-mappings',
    on: 'ovs-vsctl --no-wait set Open_vSwitch . external_ids:ovn-bridge-mappings=flat0:br-eth2',
  },
  {
    node: 'controller',
    claim: 'localnet-port',
    off: 'ovn-nbctl remove Logical_Switch_Port ls0-localnet options network_name',
    on: 'ovn-nbctl set Logical_Switch_Port ls0-localnet options:network_name=flat0',
  },
  {
    node: 'controller',
    claim: 'ns1-address',
    off: 'ip -n ns1 link set eth0 down',
    on: 'ip -n ns1 link set eth0 up',
  },
  {
    node: 'hypervisor',
    claim: 'ns2-address',
    off: 'ip -n ns2 addr del 192.168.10.200/24 dev eth0',
    on: 'ip -n ns2 addr add 192.168.10.200/24 dev eth0',
  },
]
/** And of packets. */
const PROBE: Toggle = {
  node: 'controller',
  claim: 'ping-ns2-ns1',
  off: 'ip netns exec ns1 sysctl -q -w net.ipv4.icmp_echo_ignore_all=1',
  on: 'ip netns exec ns1 sysctl -q -w net.ipv4.icmp_echo_ignore_all=0',
}

/** For each run that is asked for. */
const FLIPS = 40
const PROBE_FLIPS = 4
const POLLED_FLIPS = 2
const IDLE_MS = 60_000
const FLIP_DEADLINE_MS = 20_000
const POLLED_DEADLINE_MS = 60_000

/** How soon a lesson that is watched tells what changed, on a solved lab, and what it costs while nothing does. */
export async function watchFigures(
  lesson: Lesson,
  lab: string,
  labs: BenchLabs,
  runs: number,
  { wants, tell, say }: Bench,
): Promise<void> {
  say('judging the lesson for the first time')
  const inventory = await embeddedInventory(lab)
  if (!inventory) throw new Error(`lab ${lab} is not up`)
  const machines = new Map<string, Machine>()
  for (const [node, address] of Object.entries(inventory.nodes))
    machines.set(node, await connectMachine(node, address))
  const live = openLive({ lesson, proofs: await loadProofs(lesson), lab: inventory })
  try {
    await live.settled()
    if (wants('watch-p50', 'watch-p95')) {
      const ms = await flips(live, machines, STATES, FLIPS * runs, say)
      tell('watch-p50', median(ms))
      tell('watch-p95', percentile(ms, 95))
    }
    if (wants('watch-probe-p95')) {
      const ms = await flips(live, machines, [PROBE], PROBE_FLIPS * runs, say)
      tell('watch-probe-p95', percentile(ms, 95))
    }
    if (wants('watch-idle-commands', 'watch-idle-cpu')) {
      await live.settled()
      say('a minute in which nothing changes')
      const [commands, cpu] = [live.commands, process.cpuUsage()]
      await pause(IDLE_MS)
      const { user, system } = process.cpuUsage(cpu)
      tell('watch-idle-commands', live.commands - commands, 'commands')
      tell('watch-idle-cpu', ((user + system) / 1_000 / IDLE_MS) * 100, '%')
    }
    await live.close()
    if (wants('watch-polled-p95')) {
      const ms: number[] = []
      for (let flip = 0; flip < POLLED_FLIPS * runs; flip++) {
        say('changes that a check each second notices', flip, POLLED_FLIPS * runs)
        const toggle = STATES[Math.floor(flip / 2) % STATES.length]!
        ms.push(await polled(labs, lesson, lab, machines.get(toggle.node)!, toggle, flip % 2 === 0))
      }
      tell('watch-polled-p95', percentile(ms, 95))
    }
  } finally {
    await live.close()
    for (const machine of machines.values()) await machine.close()
  }
}

/** Toggles so often; prints where the time went, and resolves with how many ms each took. */
async function flips(
  live: LiveLesson,
  machines: ReadonlyMap<string, Machine>,
  toggles: Toggle[],
  count: number,
  say: Bench['say'],
): Promise<number[]> {
  const parts = measureParts()
  const ms: number[] = []
  for (let flip = 0; flip < count; flip++) {
    say(toggles === STATES ? 'changes that are told' : 'changes that packets notice', flip, count)
    const toggle = toggles[Math.floor(flip / 2) % toggles.length]!
    ms.push(await flipped(live, machines.get(toggle.node)!, toggle, flip % 2 === 0, parts))
  }
  parts.print()
  parts.close()
  return ms
}

/** From just before a command is run on its node until the verdict that follows is told. */
async function flipped(
  live: LiveLesson,
  machine: Machine,
  toggle: Toggle,
  isOff: boolean,
  parts: Parts,
): Promise<number> {
  const { claim, off, on } = toggle
  await quiet(live, toggle)
  let heardAtMs = 0
  const wanted = isOff ? 'fails' : 'holds'
  const heard = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${claim} did not come to ${wanted}`)), FLIP_DEADLINE_MS)
    const off = live.on(event => {
      if (event.kind === 'changed') parts.happened('heard of a change')
      if (event.kind !== 'judged' || event.claims.get(claim)?.verdict !== wanted) return
      heardAtMs = Date.now()
      parts.end(wanted)
      off()
      clearTimeout(timer)
      resolve()
    })
  })
  parts.begin()
  const beganAtMs = await begun(machine, isOff ? off : on)
  await heard
  return heardAtMs - beganAtMs
}

/** Of a JSON report. */
interface Told {
  stages: { claims: { id: string; verdict: string }[] }[]
}

/** What a loop that checks once a second, as rustlings' does, needs for the same. */
async function polled(
  labs: BenchLabs,
  lesson: Lesson,
  lab: string,
  machine: Machine,
  { claim, off, on }: Toggle,
  isOff: boolean,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'ovn-lab-bench-'))
  const json = join(folder, 'check.json')
  const wanted = isOff ? 'fails' : 'holds'
  // Wherever in its second the change comes.
  const checking = (async () => {
    for (const since = performance.now(); performance.now() < since + POLLED_DEADLINE_MS; ) {
      await labs.command('check', lesson.id, '--lab', lab, '--json', json)
      const { stages } = JSON.parse(await readFile(json, 'utf8')) as Told
      if (stages.some(({ claims }) => claims.some(({ id, verdict }) => id === claim && verdict === wanted)))
        return Date.now()
      await pause(1_000)
    }
    throw new Error(`${claim} did not come to ${wanted}`)
  })().finally(() => rm(folder, { recursive: true, force: true }))
  checking.catch(() => undefined)
  await pause(1_500 + Math.random() * 1_000)
  const beganAtMs = await begun(machine, isOff ? off : on)
  return (await checking) - beganAtMs
}

/** Runs a command; when it began, by the clock that nodes of an embedded lab share with us. */
async function begun(machine: Machine, script: string): Promise<number> {
  const { stdout, code, stderr } = await machine.run(`date +%s%N\n${script}`, { deadlineMs: 10_000 })
  if (code !== 0) throw new Error(`${script}: ${stderr}`)
  return Number(stdout.toString()) / 1e6
}

/** A learner who types leaves more time than this between two commands; packets are sent once in it (live-looker.ts). */
const TYPING_MS = 1_000

/** An idle lab: nothing is being judged, and OVN has had its time. Where packets are to be sent, nobody has just sent some. */
async function quiet(live: LiveLesson, toggle: Toggle): Promise<void> {
  await live.settled()
  if (toggle === PROBE) await pause(TYPING_MS)
}

function percentile(values: number[], percent: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil((percent / 100) * sorted.length) - 1)]!
}
