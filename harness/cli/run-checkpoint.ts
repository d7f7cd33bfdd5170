import { begunOn, noteBegun, noteEnded } from '../checkpoint/begun.ts'
import { lostOf } from '../checkpoint/plan.ts'
import { assertAlike, assertOurs, restoreStates } from '../checkpoint/restore.ts'
import {
  assertNewName,
  type Checkpoint,
  freeName,
  listCheckpoints,
  loadCheckpoint,
  storeCheckpoint,
} from '../checkpoint/store.ts'
import { takeStates } from '../checkpoint/take.ts'
import { BadCall, CannotLook } from '../core/errors.ts'
import { closingAfterwards } from '../core/interrupt.ts'
import { type Lang, type Text, text } from '../core/text.ts'
import type { Inventory } from '../inventory/inventory.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { readProgress } from '../progress/log.ts'
import type { Role } from '../ssh/agent-command.ts'
import { connectMachine } from '../ssh/connect.ts'
import { connectAll } from '../ssh/connect-all.ts'
import type { Machine } from '../ssh/machine.ts'
import { cleanLine } from '../tell/clean.ts'
import { tableLines } from '../tell/columns.ts'
import { restoreLine } from './again.ts'
import type { CheckpointFlags } from './checkpoint.ts'
import { chosenInventory } from './open-lab.ts'
import { assertFits, assertSameLab, assertWanted } from './restore-asked.ts'

/** What was restored is not all as it was. */
const NOT_ALL = 2

/** Saves what is in the lab now. BadCall for a name that is taken. */
export async function saveCheckpoint(name: string | undefined, flags: CheckpointFlags): Promise<void> {
  if (name !== undefined) assertNewName(name)
  const say = sayIn(flags.lang)
  const work = async ({ inventory, lesson, machines }: OpenLab) => {
    tellBegun(inventory.name, say)
    const nodes = await takeStates(machines, inventory)
    const checkpoint = await stored(name ?? freeName(lesson.id), nodes, { inventory, lesson })
    say(
      text(
        `Saved lab "${inventory.name}" as ${checkpoint.name} (${lesson.id}). To restore it: ${restoreLine(checkpoint.name, flags)}`,
        `已將實驗環境「${inventory.name}」存成 ${checkpoint.name}（${lesson.id}）。要回到這個存檔點：${restoreLine(checkpoint.name, flags)}`,
      ),
    )
    tellLost(checkpoint, say)
  }
  await onLab(flags, undefined, work, 'watches')
}

/** Prints all checkpoints there are. */
export function tellCheckpoints({ lang }: CheckpointFlags): void {
  const { checkpoints, broken } = listCheckpoints()
  const say = sayIn(lang)
  if (checkpoints.length === 0)
    say(
      text('There are no checkpoints yet: npm run checkpoint save', '還沒有存檔點：npm run checkpoint save'),
    )
  const rows = checkpoints.map(({ name, lesson, lab, savedAt }) => [
    ` ${name}`,
    lesson,
    lab,
    new Date(savedAt).toLocaleString('sv-SE'),
  ])
  for (const line of tableLines(rows)) console.log(cleanLine(line) && ` ${line}`)
  for (const file of broken)
    say(text(`${cleanLine(file)} cannot be read as a checkpoint.`, `無法把 ${cleanLine(file)} 讀成存檔點。`))
}

/** Makes the lab what it was. Returns the exit code: 0, or 2 where something is not as it was. */
export async function restoreCheckpoint(name: string, flags: CheckpointFlags): Promise<number> {
  const checkpoint = loadCheckpoint(name)
  const say = sayIn(flags.lang)
  return onLab(flags, checkpoint.lesson, async ({ inventory, lesson, machines }) => {
    assertFits(checkpoint, lesson)
    assertSameLab(checkpoint, inventory.name, flags)
    await assertWanted(checkpoint, inventory.name, flags)
    const kept = await keepBefore(checkpoint, { inventory, lesson, machines }, say)
    noteBegun(inventory.name, { name, kept })
    const { central } = lesson.topology
    const left = await restoreStates(checkpoint.nodes, machines, inventory, central, say)
    noteEnded(inventory.name)
    tellLost(checkpoint, say)
    if (left.length === 0) {
      say(
        text(
          `Lab "${inventory.name}" is again what it was in ${name}.`,
          `實驗環境「${inventory.name}」已回到 ${name}。`,
        ),
      )
      return 0
    }
    say(text('This could not be recreated:', '以下內容無法重建：'))
    for (const one of left) say(text(`  ${one.en}`, `  ${one['zh-TW']}`))
    return NOT_ALL
  })
}

/**
 * Saves what is there before it is replaced; the name it has then. What a restore left that was interrupted may be nothing
 * that can be read: what was there before that one is kept already.
 */
async function keepBefore(
  { name, nodes }: Checkpoint,
  { inventory, lesson, machines }: OpenLab,
  say: (line: Text) => void,
): Promise<string> {
  const begun = begunOn(inventory.name)
  if (begun)
    say(
      text(
        `Restoring ${begun.name} was interrupted on this lab. What was there before that is saved as ${begun.kept}.`,
        `這個實驗環境上一次回到 ${begun.name} 時中斷了。在那之前的內容存在 ${begun.kept}。`,
      ),
    )
  try {
    const before = await takeStates(machines, inventory)
    assertOurs(before)
    assertAlike(nodes, before)
    const kept = await stored(freeName('before-restore'), before, { inventory, lesson })
    say(text(`What is in the lab now is saved as ${kept.name}.`, `目前的內容已存成 ${kept.name}。`))
    return begun?.kept ?? kept.name
  } catch (thrown) {
    // Machines that do not answer would not be reset either, and say so.
    if (!(thrown instanceof CannotLook)) throw thrown
    if (begun) return begun.kept
    const { reason, where } = thrown
    throw new CannotLook(
      text(
        `${reason.en}. It would be lost, so nothing was changed: npx ovn-lab lab reset makes the machines new, and then restore ${name}`,
        `${reason['zh-TW']}。它會遺失，所以什麼都沒有改變：先用 npx ovn-lab lab reset 把機器還原，再回到 ${name}`,
      ),
      { ...(where !== undefined && { where }), cause: thrown },
    )
  }
}

interface OpenLab {
  inventory: Inventory
  lesson: Lesson
  machines: ReadonlyMap<string, Promise<Machine>>
}

async function onLab<Result>(
  flags: CheckpointFlags,
  otherwise: string | undefined,
  work: (lab: OpenLab) => Promise<Result>,
  role?: Role,
): Promise<Result> {
  const told = flags.lesson === undefined ? undefined : await loadLesson(flags.lesson)
  const inventory = await chosenInventory(flags, told ? { lesson: told } : {})
  const id = flags.lesson ?? lastLessonOn(inventory.name) ?? otherwise
  if (id === undefined)
    throw new BadCall(
      text(
        `Which lesson are you in? Your progress names no lesson that was checked on lab "${inventory.name}": name it with --lesson.`,
        `你正在上哪一課？學習進度裡沒有在實驗環境「${inventory.name}」檢查過的課程：請用 --lesson 指定。`,
      ),
    )
  const lesson = told ?? (await loadLesson(id))
  const machines = connectAll(inventory, (node, address) =>
    connectMachine(node, address, { ...(role && { role }) }),
  )
  const close = async () => {
    await Promise.allSettled([...machines.values()].map(async machine => (await machine).close()))
  }
  return closingAfterwards(close, () => work({ inventory, lesson, machines }))
}

/** The lesson that the learner's progress was about last, on this lab. */
const lastLessonOn = (lab: string): string | undefined =>
  readProgress().events.findLast(event => event.lab === lab)?.lesson

async function stored(
  name: string,
  nodes: Checkpoint['nodes'],
  { inventory, lesson }: Pick<OpenLab, 'inventory' | 'lesson'>,
): Promise<Checkpoint> {
  const checkpoint: Checkpoint = {
    ...{ schema: 1, name, savedAt: new Date().toISOString(), lesson: lesson.id, lab: inventory.name },
    ...{ topology: lesson.topology, nodes },
  }
  await storeCheckpoint(checkpoint)
  return checkpoint
}

/** What a restore left that was interrupted is not what anybody built. */
function tellBegun(lab: string, say: (line: Text) => void): void {
  const begun = begunOn(lab)
  if (begun)
    say(
      text(
        `Restoring ${begun.name} was interrupted on this lab, so what is there may be a part of it only. To finish: npx ovn-lab checkpoint restore ${begun.name}`,
        `這個實驗環境上一次回到 ${begun.name} 時中斷了，現在的內容可能只有一部分。要完成的話：npx ovn-lab checkpoint restore ${begun.name}`,
      ),
    )
}

function tellLost({ nodes }: Checkpoint, say: (line: Text) => void): void {
  const lost = Object.entries(nodes).flatMap(([node, state]) => lostOf(node, state))
  if (lost.length > 0) say(text('A checkpoint does not keep this:', '存檔點不包含以下內容：'))
  for (const one of lost) say(text(`  ${one.en}`, `  ${one['zh-TW']}`))
}

const sayIn = (lang: Lang) => (line: Text) => console.log(line[lang])
