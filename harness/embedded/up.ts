import { basename } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { loadTopology } from '../topology/load-topology.ts'
import { nodeNames, type Topology } from '../topology/topology.ts'
import { countedNodes } from '../topology/words.ts'
import { initOf } from './enter.ts'
import { canRunHere, installTools } from './host.ts'
import { ensureImage, imageFolder, versionsIn } from './image.ts'
import { undoneIfInterrupted } from './interruption.ts'
import { lockLab } from './lock.ts'
import { checkLabName, DEFAULT_QEMU_LAB } from './names.ts'
import { asRootOf } from './own-root.ts'
import { makeRun } from './places.ts'
import { askingUid, isRoot } from './privilege.ts'
import { processesOf } from './processes.ts'
import { PROVIDERS } from './provider.ts'
import { roomHere, shortage } from './qemu/room.ts'
import { ACCELERATED } from './qemu/sentences.ts'
import { waitReady } from './ready.ts'
import { readRecipe, suiteOf } from './recipe.ts'
import { makeKeys, sowSeed } from './seed.ts'
import type { Say } from './sentences.ts'
import { startWorld } from './start.ts'
import {
  isUp,
  type LabState,
  nodesOf,
  type ProviderName,
  providerOf,
  readState,
  stateOf,
  writeState,
} from './state.ts'
import { tearDown } from './tear-down.ts'
import { together } from './together.ts'

/** What a new lab is to be made of. */
export interface UpOptions {
  /** `embedded` unless told; the lab called "qemu" is made of virtual machines by itself. */
  provider?: ProviderName
  /** The release of Debian; the setting OVN_LAB_SUITE unless told. */
  suite?: string
  /** Of the lesson whose machines it is to have; the course's unless told. */
  lessonFolder?: string
  /** It is given up when this aborts, and what was made is taken away. */
  signal?: AbortSignal
}

/**
 * Brings a lab up and resolves when a learner can begin; one that is up already stays as it is, with nodes that
 * were switched off switched on again. What a broken-off `up` left is removed first; an interrupted or failed one
 * takes away what it made. Throws BadCall where no lab can run, CannotLook where it should run and does not.
 */
export async function up(lab: string, say: Say, options: UpOptions = {}): Promise<void> {
  checkLabName(lab)
  const topology = await loadTopology(options.lessonFolder)
  const asked = { ...options, ...(options.lessonFolder !== undefined && { topology }) }
  if (isUp(lab)) assertSameKind(lab, asked)
  const wanted = {
    topology,
    provider: options.provider ?? (isUp(lab) ? providerOf(lab) : providerNamed(lab)),
    suite: options.suite ?? suiteOf(process.env),
  }
  const can = await canRunHere(wanted.provider)
  if (!can.ok) throw new BadCall(can.reason)
  if (!isRoot()) {
    // What may turn out to need no root is told before; the rest root does.
    if (wanted.provider === 'qemu') await installTools(wanted.provider, say)
    const lesson = options.lessonFolder === undefined ? [] : ['--lesson', basename(options.lessonFolder)]
    return asRootOf(lab, ['lab', 'up', '--lab', lab, '--provider', wanted.provider, ...lesson], {
      own: wanted.provider === 'qemu',
      settings: { OVN_LAB_SUITE: wanted.suite },
    })
  }
  process.umask(0o022)
  await using _lab = await lockLab(lab, say)
  if (isUp(lab)) {
    assertSameKind(lab, asked)
    return switchOn(lab, say)
  }
  if (readState(lab) !== undefined || processesOf(lab).length > 0)
    say(
      text(
        `Removing the remains of an interrupted start of lab "${lab}".`,
        `清除實驗環境「${lab}」上次啟動到一半留下的東西。`,
      ),
    )
  await tearDown(lab)
  await undoneIfInterrupted(
    signal => start(lab, wanted, say, signal),
    () => tearDown(lab),
    options.signal,
  )
  say(text(`Lab "${lab}" is up.`, `實驗環境「${lab}」已啟動。`))
}

/** What a lab is made of, with all that was not told. */
interface Wanted {
  provider: ProviderName
  suite: string
  topology: Topology
}

const providerNamed = (lab: string): ProviderName => (lab === DEFAULT_QEMU_LAB ? 'qemu' : 'embedded')

/** A lab that is up keeps the nodes it has. */
function assertSameKind(lab: string, wanted: Partial<Wanted>): void {
  const is = providerOf(lab)
  if (wanted.topology !== undefined && !isDeepStrictEqual(wanted.topology, readState(lab)?.topology))
    throw new BadCall(
      text(
        `Lab "${lab}" is up with the machines of another lesson: take it down first, or give the new one a name of its own (--lab).`,
        `實驗環境「${lab}」已用另一個課程的機器啟動：請先移除它，或為新的環境取另一個名稱（--lab）。`,
      ),
    )
  if (wanted.provider === undefined || wanted.provider === is) return
  throw new BadCall(
    text(
      `Lab "${lab}" is up with provider ${is}: remove it first (lab down), or give the new one another name (--lab).`,
      `實驗環境「${lab}」已用 provider ${is} 啟動：請先移除它，或為新的環境取另一個名稱（--lab）。`,
    ),
  )
}

async function start(
  lab: string,
  { provider, suite, topology }: Wanted,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  const kind = PROVIDERS[provider]
  const recipe = readRecipe(provider, suite)
  const missing = provider === 'qemu' ? shortage(roomHere(lab, imageFolder(recipe)), topology) : undefined
  if (missing) throw new BadCall(missing)
  await installTools(provider, say)
  const image = await ensureImage(recipe, say, signal)
  const chosen = await kind.choose(image, say, signal)
  signal.throwIfAborted()
  const state: LabState = {
    schema: 2,
    phase: 'starting',
    provider,
    image,
    topology,
    ...chosen,
    ownerUid: askingUid(),
    versions: versionsIn(image),
  }
  makeRun()
  writeState(lab, state)
  sayStart(lab, state, say)
  await together([startWorld(lab, state), keysAndSeeds(lab, state)])
  signal.throwIfAborted()
  await together(nodeNames(topology).map(node => kind.startNode(lab, node, state, 'fresh')))
  await waitReady(lab, signal)
  await kind.keepUntouched(lab)
  writeState(lab, { ...state, phase: 'up' })
}

function sayStart(lab: string, { accelerator, topology }: LabState, say: Say): void {
  const { en, 'zh-TW': zhTW } = countedNodes(topology)
  say(
    text(
      `Starting lab "${lab}": ${en} ${accelerator ? 'virtual machines' : 'nodes'} on this machine.`,
      `啟動實驗環境「${lab}」：這台機器上的${zhTW}${accelerator ? '台虛擬機器' : '個節點'}。`,
    ),
  )
  if (accelerator) say(ACCELERATED[accelerator])
}

async function keysAndSeeds(lab: string, state: LabState): Promise<void> {
  makeKeys(lab, state.ownerUid)
  await together(nodesOf(lab).map(node => sowSeed(lab, node, state)))
}

/** A lab that is up may have nodes a learner switched off: they come back with the disk they had. */
async function switchOn(lab: string, say: Say): Promise<void> {
  const state = stateOf(lab)
  const nodes = nodeNames(state.topology)
  await Promise.all(nodes.map(node => settled(lab, node)))
  const off = nodes.filter(node => initOf(lab, node) === undefined)
  if (off.length === 0) {
    say(text(`Lab "${lab}" is already up.`, `實驗環境「${lab}」已經啟動。`))
    return
  }
  say(text(`Starting: ${off.join(', ')}.`, `開機：${off.join('、')}。`))
  const { startNode } = PROVIDERS[providerOf(lab)]
  await Promise.all(off.map(node => startNode(lab, node, state, 'keep')))
  await waitReady(lab, new AbortController().signal)
}

/** A node that is just going down, or coming up again after a reboot, has processes but no init yet. */
async function settled(lab: string, node: string): Promise<void> {
  while (initOf(lab, node) === undefined && processesOf(lab, node).length > 0) await pause(20)
}
