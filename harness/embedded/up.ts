import { setTimeout as pause } from 'node:timers/promises'
import { BadCall } from '../judge/errors.ts'
import { text } from '../say/text.ts'
import { initOf } from './enter.ts'
import { canRunHere, installTools } from './host.ts'
import { ensureImage, imageFolder, versionsIn } from './image.ts'
import { undoneIfInterrupted } from './interruption.ts'
import { lockLab } from './lock.ts'
import { checkLabName, DEFAULT_QEMU_LAB, NODE_NAMES, type NodeName } from './names.ts'
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
import { isUp, type LabState, type ProviderName, providerOf, readState, writeState } from './state.ts'
import { tearDown } from './tear-down.ts'
import { together } from './together.ts'

/** What a new lab is to be made of. */
export interface UpOptions {
  /** `embedded` unless told; the lab called "qemu" is made of virtual machines by itself. */
  provider?: ProviderName
  /** The release of Debian; the setting OVN_LAB_SUITE unless told. */
  suite?: string
}

/**
 * Brings a lab up and resolves when a learner can begin; one that is up already stays as it is, with nodes that
 * were switched off switched on again. What a broken-off `up` left is removed first; an interrupted or failed one
 * takes away what it made. Throws BadCall where no lab can run, CannotLook where it should run and does not.
 */
export async function up(lab: string, say: Say, options: UpOptions = {}): Promise<void> {
  checkLabName(lab)
  if (isUp(lab)) assertSameKind(lab, options.provider)
  const wanted = {
    provider: options.provider ?? (isUp(lab) ? providerOf(lab) : providerNamed(lab)),
    suite: options.suite ?? suiteOf(process.env),
  }
  const can = await canRunHere(wanted.provider)
  if (!can.ok) throw new BadCall(can.reason)
  if (!isRoot()) {
    // What may turn out to need no root is told before; the rest root does.
    if (wanted.provider === 'qemu') await installTools(wanted.provider, say)
    return asRootOf(lab, ['lab', 'up', '--lab', lab, '--provider', wanted.provider], {
      own: wanted.provider === 'qemu',
      settings: { OVN_LAB_SUITE: wanted.suite },
    })
  }
  process.umask(0o022)
  await using _lab = await lockLab(lab, say)
  if (isUp(lab)) {
    assertSameKind(lab, options.provider)
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
  )
  say(text(`Lab "${lab}" is up.`, `實驗環境「${lab}」已啟動。`))
}

const providerNamed = (lab: string): ProviderName => (lab === DEFAULT_QEMU_LAB ? 'qemu' : 'embedded')

/** A lab that is up keeps the nodes it has. */
function assertSameKind(lab: string, wanted: ProviderName | undefined): void {
  const is = providerOf(lab)
  if (wanted === undefined || wanted === is) return
  throw new BadCall(
    text(
      `Lab "${lab}" is up with provider ${is}: remove it first (lab down), or give the new one another name (--lab).`,
      `實驗環境「${lab}」已用 provider ${is} 啟動：請先移除它，或為新的環境取另一個名稱（--lab）。`,
    ),
  )
}

async function start(
  lab: string,
  { provider, suite }: Required<UpOptions>,
  say: Say,
  signal: AbortSignal,
): Promise<void> {
  const kind = PROVIDERS[provider]
  const recipe = readRecipe(provider, suite)
  const missing = provider === 'qemu' ? shortage(roomHere(lab, imageFolder(recipe))) : undefined
  if (missing) throw new BadCall(missing)
  await installTools(provider, say)
  const image = await ensureImage(recipe, say, signal)
  const chosen = await kind.choose(image, say, signal)
  signal.throwIfAborted()
  const state: LabState = {
    schema: 1,
    phase: 'starting',
    provider,
    image,
    ...chosen,
    ownerUid: askingUid(),
    versions: versionsIn(image),
  }
  makeRun()
  writeState(lab, state)
  sayStart(lab, state, say)
  await together([startWorld(lab, state), keysAndSeeds(lab, state)])
  signal.throwIfAborted()
  await together(NODE_NAMES.map(node => kind.startNode(lab, node, state, 'fresh')))
  await waitReady(lab, signal)
  await kind.keepUntouched(lab)
  writeState(lab, { ...state, phase: 'up' })
}

function sayStart(lab: string, { accelerator }: LabState, say: Say): void {
  say(
    text(
      `Starting lab "${lab}": two ${accelerator ? 'virtual machines' : 'nodes'} on this machine.`,
      `啟動實驗環境「${lab}」：這台機器上的兩${accelerator ? '台虛擬機器' : '個節點'}。`,
    ),
  )
  if (accelerator) say(ACCELERATED[accelerator])
}

async function keysAndSeeds(lab: string, state: LabState): Promise<void> {
  makeKeys(lab, state.ownerUid)
  await together(NODE_NAMES.map(node => sowSeed(lab, node, state)))
}

/** A lab that is up may have nodes a learner switched off: they come back with the disk they had. */
async function switchOn(lab: string, say: Say): Promise<void> {
  const state = readState(lab)
  await Promise.all(NODE_NAMES.map(node => settled(lab, node)))
  const off = NODE_NAMES.filter(node => initOf(lab, node) === undefined)
  if (off.length === 0 || !state) {
    say(text(`Lab "${lab}" is already up.`, `實驗環境「${lab}」已經啟動。`))
    return
  }
  say(text(`Starting: ${off.join(', ')}.`, `開機：${off.join('、')}。`))
  const { startNode } = PROVIDERS[providerOf(lab)]
  await Promise.all(off.map(node => startNode(lab, node, state, 'keep')))
  await waitReady(lab, new AbortController().signal)
}

/** A node that is just going down, or coming up again after a reboot, has processes but no init yet. */
async function settled(lab: string, node: NodeName): Promise<void> {
  while (initOf(lab, node) === undefined && processesOf(lab, node).length > 0) await pause(20)
}
