import { resolve } from 'node:path'
import { openCheck } from '../check/open-check.ts'
import { closingAfterwards } from '../core/interrupt.ts'
import { type Lang, type Text, text } from '../core/text.ts'
import type { Verdict } from '../core/verdict.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import type { Lesson } from '../lesson/lesson.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { connectMachine } from '../ssh/connect.ts'
import { connectAll } from '../ssh/connect-all.ts'
import { alreadyThere, findTyped, isThere, type Written, writeSubmission } from '../submission/collect.ts'
import { reachSubmission } from '../submission/reach-submission.ts'
import { sandboxes } from '../submission/sandboxes.ts'
import { tellRan } from '../submission/tell-ran.ts'
import { clean, cleanLine } from '../tell/clean.ts'
import type { SubmitFlags } from './flags.ts'
import { chosenInventory } from './open-lab.ts'
import { tellersFor } from './tellers.ts'

/** Collects what was typed where nothing is collected yet, and tries it where that is asked for: then resolves with the verdict. */
export async function runSubmit(lessonId: string, flags: SubmitFlags): Promise<Verdict | undefined> {
  const lesson = await loadLesson(lessonId)
  const isToTry = flags.try === true
  const isCollected = await isThere(flags.out)
  // Before any machine is asked, or started.
  if (isCollected && !isToTry) throw alreadyThere(flags.out, lesson)
  if (!isCollected) {
    const written = await collect(lesson, flags)
    for (const line of told(written, lesson, flags))
      console.log(clean(line[flags.lang], { lang: flags.lang, limit: 100_000 }))
    if (written.isTemplate) return undefined
  }
  return isToTry ? tryIt(lesson, flags) : undefined
}

async function collect(lesson: Lesson, flags: SubmitFlags): Promise<Written> {
  const inventory = await chosenInventory(flags, { lesson })
  const machines = connectAll(inventory, connectMachine)
  const close = async () => {
    await Promise.allSettled([...machines.values()].map(async machine => (await machine).close()))
  }
  return closingAfterwards(close, async () =>
    writeSubmission(flags.out, await findTyped(machines, lesson), lesson, {
      lab: inventory.name,
      lang: flags.lang,
    }),
  )
}

/** What was taken, command by command, and what to do now. */
function told(
  { found, files, isOrdered, isTemplate }: Written,
  { id }: Lesson,
  { out }: SubmitFlags,
): Text[] {
  const nodes = [...found].flatMap(([node, { taken, of, secrets, left, edited, openShells }]) => [
    text(`${node}: ${taken.length} of ${of} commands`, `${node}：${of} 個指令中的 ${taken.length} 個`),
    ...taken.map(({ command }) => text(`  ${cleanLine(command)}`, `  ${cleanLine(command)}`)),
    ...(secrets > 0
      ? [
          text(
            `  left out, because they may hold a secret: ${secrets}`,
            `  可能含有機密而略過：${secrets} 個`,
          ),
        ]
      : []),
    ...(left.length > 0 ? [changesNothing(left.map(one => cleanLine(one, { limit: 40 })))] : []),
    ...edited.map(one => inEditor(cleanLine(one))),
    ...(openShells > 0
      ? [
          text(
            `  open shells: ${openShells}; a shell may write its commands down only when you leave it (or type history -a)`,
            `  還開著的 shell：${openShells} 個；shell 可能要等離開時（或輸入 history -a）才會寫下指令`,
          ),
        ]
      : []),
  ])
  const wrote = text(`Written: ${files.join(', ')}`, `已寫入：${files.join('、')}`)
  if (isTemplate)
    return [
      ...nodes,
      wrote,
      text(
        'No commands were found in the shells’ histories: write them into the scripts yourself; put what must run first into an earlier part.',
        'shell 的歷史紀錄裡找不到指令：請自己寫進這些腳本，要先做的事寫在前面的部分。',
      ),
    ]
  const order = text(
    'When each command was typed is not known, so neither is the order between the nodes. Divide the scripts by lines "# part: NAME": parts of one name run together, central node first.',
    '不知道每個指令的輸入時間，所以也不知道各節點之間的順序。請用「# part: NAME」這樣的行把腳本分段：同名的部分會一起執行，中央節點先。',
  )
  const next = text(
    `Read them, edit them, and try them on fresh machines: npm run submit -- ${id} --out ${out} --try`,
    `請讀過並修改，再到全新的機器上試跑：npm run submit -- ${id} --out ${out} --try`,
  )
  return [...nodes, wrote, ...(isOrdered ? [] : [order]), next]
}

const changesNothing = (names: string[]): Text =>
  text(
    `  left out, because they change nothing: ${names.join(', ')}`,
    `  沒有改變任何東西而略過：${names.join('、')}`,
  )

const inEditor = (command: string): Text =>
  text(
    `  ${command}: what you changed in an editor is not taken; write it into the script: cat > FILE <<'END'`,
    `  ${command}：在編輯器裡修改的內容不會收集，請自己寫進腳本：cat > FILE <<'END'`,
  )

/** Runs what is in the folder on fresh machines, and checks it as `check` does. */
async function tryIt(lesson: Lesson, flags: SubmitFlags): Promise<Verdict> {
  const { provider } = flags
  const say = (words: Text, lang: Lang = flags.lang) => console.log(clean(words[lang], { lang }))
  const kind = provider === 'embedded' ? '' : ` --provider ${provider}`
  const again = `npm run submit -- ${lesson.id} --out ${flags.out} --try${kind}`
  const tellers = await tellersFor(flags, again)
  const pool = sandboxes({ provider, count: 1, prefix: 'try' })
  return closingAfterwards(
    () => pool.close(),
    async signal => {
      say(text(`Running ${flags.out} on fresh machines.`, `在全新的機器上執行 ${flags.out}。`))
      const work = { kind: 'submission' as const, folder: resolve(flags.out) }
      const reach = reachSubmission({ provider, sandboxes: pool })
      const { looker, submission } = await reach({ id: 'own', name: 'own', work }, lesson, signal)
      try {
        for (const sentence of tellRan(submission)) say(sentence)
        const check = openCheck({ lesson, lab: looker.lab, lang: flags.lang, tellers })
        return (await check.judge(await loadProofs(lesson), looker, signal)).verdict
      } finally {
        await looker.close()
      }
    },
  )
}
