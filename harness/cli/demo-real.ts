import { BadCall } from '../core/errors.ts'
import { closingAfterwards } from '../core/interrupt.ts'
import type { Text } from '../core/text.ts'
import { embeddedInventory, reset, up } from '../embedded/index.ts'
import { helperOf } from '../lesson/helper.ts'
import { withoutExtra } from '../lesson/lesson.ts'
import { openNodes } from '../nodes/open-nodes.ts'
import { runSteps } from '../solve/run-steps.ts'
import { loadSolution } from '../solve/solution.ts'
import { connectMachine } from '../ssh/connect.ts'
import { connectAll } from '../ssh/connect-all.ts'
import { junitTeller } from '../tell/junit.ts'
import type { DemoScreen } from './demo-screen.ts'
import { demoWords } from './demo-words.ts'
import type { DemoFlags } from './flags.ts'
import { showStep } from './run-solve.ts'

/**
 * Shows lessons, one after the other, on a real embedded lab that is untouched before each, and is left up and untouched:
 * what follows is for the learner to build.
 */
export async function demoOnRealLab(screens: [DemoScreen, ...DemoScreen[]], flags: DemoFlags): Promise<void> {
  const [first, ...others] = screens
  const say = (sentence: Text) => console.log(sentence[flags.lang])
  const lab = await freshLab(first, flags)
  await showLesson(first, lab)
  for (const screen of others) {
    screen.say(demoWords.nextLesson(screen.lesson.title))
    await reset(lab, say)
    await showLesson(screen, lab)
  }
  first.say(demoWords.backToUntouched)
  await reset(lab, say)
  first.say(demoWords.yourTurn(first.lesson.id, lab))
}

async function showLesson(screen: DemoScreen, lab: string): Promise<void> {
  const { lesson } = screen
  const report = `${lesson.id}.junit.xml`
  const inventory = await embeddedInventory(lab)
  if (!inventory) throw new TypeError(`lab ${lab} is up, and is not`)
  const [solution, helper] = await Promise.all([loadSolution(lesson), helperOf(lesson)])
  const machines = connectAll(inventory, connectMachine)
  const looker = openNodes(lab, machines, {}, inventory.wires)
  await closingAfterwards(
    () => looker.close(),
    async () => {
      screen.say(demoWords.untouched)
      await screen.whole(looker)
      for (const stage of withoutExtra(lesson.stages)) {
        const steps = solution.stages[stage.id] ?? []
        if (steps.length === 0) continue
        screen.say(demoWords.stage(stage.title))
        await runSteps(steps, helper, async node => machines.get(node)!, showStep)
        // No database tells of what a command did to the kernel.
        looker.refresh()
        await screen.changes(looker)
      }
      screen.say(demoWords.solved)
      looker.refresh()
      await screen.whole(looker, [junitTeller(report)])
      screen.say(demoWords.report(report))
    },
  )
}

/** A lab nobody works on: the default one where it is not up, else the demo's own, put back to untouched. */
async function freshLab(screen: DemoScreen, { lab, lang }: DemoFlags): Promise<string> {
  const isUp = async (name: string) => (await embeddedInventory(name)) !== undefined
  const say = (sentence: Text) => console.log(sentence[lang])
  if (lab !== undefined && (await isUp(lab))) throw new BadCall(demoWords.namedInUse(lab))
  const name = lab ?? ((await isUp('embedded')) ? 'demo' : 'embedded')
  if (name !== lab && name === 'demo') screen.say(demoWords.inUse(name))
  if (await isUp(name)) await reset(name, say)
  else await up(name, say)
  return name
}
