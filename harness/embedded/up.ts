import { mkdirSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { BadCall } from '../judge/errors.ts'
import { text } from '../say/text.ts'
import { processesOf } from './cgroup.ts'
import { chooseDatapath } from './datapath.ts'
import { initOf } from './enter.ts'
import { canRunHere, installTools } from './host.ts'
import { ensureImage, versionsIn } from './image.ts'
import { undoneIfInterrupted } from './interruption.ts'
import { lockLab } from './lock.ts'
import { checkLabName, NODE_NAMES, type NodeName, paths } from './names.ts'
import { askingUid, asRoot, isRoot } from './privilege.ts'
import { waitReady } from './ready.ts'
import { makeKeys, sowSeed } from './seed.ts'
import type { Say } from './sentences.ts'
import { startNode, startWorld } from './start.ts'
import { isUp, type LabState, readState, writeState } from './state.ts'
import { tearDown } from './tear-down.ts'

/**
 * Brings a lab up and resolves when a learner can begin; one that is up already stays as it is, with nodes that
 * were switched off switched on again. What a broken-off `up` left is removed first; an interrupted or failed one
 * takes away what it made. Throws BadCall where no lab can run, CannotLook where it should run and does not.
 */
export async function up(lab: string, say: Say): Promise<void> {
  checkLabName(lab)
  const can = await canRunHere()
  if (!can.ok) throw new BadCall(can.reason)
  if (!isRoot()) return asRoot(['lab', 'up', '--lab', lab])
  process.umask(0o022)
  await using _lab = await lockLab(lab, say)
  if (isUp(lab)) return switchOn(lab, say)
  if (readState(lab) !== undefined || processesOf(lab).length > 0)
    say(
      text(
        `Removing what a broken-off start of lab "${lab}" left.`,
        `清除實驗環境「${lab}」上次啟動到一半留下的東西。`,
      ),
    )
  await tearDown(lab)
  await undoneIfInterrupted(
    signal => start(lab, say, signal),
    () => tearDown(lab),
  )
  say(text(`Lab "${lab}" is up.`, `實驗環境「${lab}」已啟動。`))
}

async function start(lab: string, say: Say, signal: AbortSignal): Promise<void> {
  await installTools(say)
  const image = await ensureImage(say, signal)
  const datapath = await chooseDatapath(say)
  signal.throwIfAborted()
  const state: LabState = {
    schema: 1,
    phase: 'starting',
    image,
    datapath,
    ownerUid: askingUid(),
    versions: versionsIn(image),
  }
  mkdirSync(paths(lab).folder, { recursive: true })
  writeState(lab, state)
  say(
    text(
      `Starting lab "${lab}": two nodes on this machine.`,
      `啟動實驗環境「${lab}」：這台機器上的兩個節點。`,
    ),
  )
  await Promise.all([startWorld(lab, state), keysAndSeeds(lab, state)])
  signal.throwIfAborted()
  await Promise.all(NODE_NAMES.map(node => startNode(lab, node, state, 'fresh')))
  await waitReady(lab, signal)
  writeState(lab, { ...state, phase: 'up' })
}

async function keysAndSeeds(lab: string, state: LabState): Promise<void> {
  await makeKeys(lab, state.ownerUid)
  await Promise.all(NODE_NAMES.map(node => sowSeed(lab, node, state)))
}

/** A lab that is up may have nodes a learner switched off: they come back with the disk they had. */
async function switchOn(lab: string, say: Say): Promise<void> {
  const state = readState(lab)
  await Promise.all(NODE_NAMES.map(node => settled(lab, node)))
  const off = NODE_NAMES.filter(node => initOf(lab, node) === undefined)
  if (off.length === 0 || !state) {
    say(text(`Lab "${lab}" is up already.`, `實驗環境「${lab}」已經啟動。`))
    return
  }
  say(text(`Switching on: ${off.join(', ')}.`, `開機：${off.join('、')}。`))
  await Promise.all(off.map(node => startNode(lab, node, state, 'keep')))
  await waitReady(lab, new AbortController().signal)
}

/** A node that is just going down, or coming up again after a reboot, has processes but no init yet. */
async function settled(lab: string, node: NodeName): Promise<void> {
  while (initOf(lab, node) === undefined && processesOf(lab, node).length > 0) await pause(20)
}
