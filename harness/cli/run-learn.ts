import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { createSecureContext } from 'node:tls'
import { KeptFrames } from '../capture/kept-frames.ts'
import { checkout } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { closingAfterwards } from '../core/interrupt.ts'
import { text } from '../core/text.ts'
import { TriedAnswers } from '../hint/tried-answers.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { openLive } from '../live/open-live.ts'
import { isLoopback } from '../studio/hosts.ts'
import { openInBrowser } from '../studio/open-browser.ts'
import { openStudio, type StudioRequest } from '../studio/studio.ts'
import type { LearnFlags } from './learn.ts'
import { chosenInventory } from './open-lab.ts'
import { rememberStudio } from './remember-studio.ts'
import { lazyShadow } from './shadow-of.ts'
import { studioCheckpoints } from './studio-checkpoints.ts'

/** Opens the studio of a lesson, says where it is, and keeps it open until somebody ends it with Ctrl-C. */
export async function runLearn(lessonId: string, flags: LearnFlags): Promise<void> {
  const { lang } = flags
  const [lesson, listen] = await Promise.all([loadLesson(lessonId), listenFrom(flags)])
  const inventory = await chosenInventory(flags, { lesson })
  const kept = new KeptFrames()
  const proving = loadProofs(lesson)
  const shadow = lazyShadow(lesson, proving, inventory.name, flags)
  const live = proving.then(proofs => openLive({ lesson, proofs, lab: inventory, kept }))
  const pageFolder = join(checkout, '.build/studio-page')
  const isShared = flags.share === true
  const remember = rememberStudio(lesson, lang)
  const others = async () => {
    await Promise.all([live.then(opened => opened.close()).catch(() => undefined), shadow.close()])
  }
  const studio = await openStudio({
    lesson,
    lang,
    inventory,
    live,
    listen,
    isShared,
    pageFolder,
    remember,
    answers: new TriedAnswers(lesson, shadow.get),
    checkpoints: studioCheckpoints(lesson.id, flags),
    kept,
  }).catch(async thrown => {
    await others()
    throw thrown
  })
  const close = async () => {
    await Promise.all([studio.close(), others()])
  }
  const say = (words: { en: string; 'zh-TW': string }) => console.log(words[lang])
  await closingAfterwards(close, async () => {
    const address = studio.address()
    say(
      text(
        `The studio of ${lesson.id}, lab ${inventory.name}:`,
        `${lesson.id} 的學習頁面，實驗環境 ${inventory.name}：`,
      ),
    )
    console.log(`  ${address}`)
    say(process.stdin.isTTY ? WORKS_ONCE : ONCE)
    if (studio.shareAddress !== undefined) {
      say(FOR_GUESTS)
      console.log(`  ${studio.shareAddress}`)
      if (isLoopback(listen.host)) say(HERE_ONLY)
    }
    if (!isLoopback(listen.host) && !listen.tls) say(READABLE_BY_OTHERS)
    if (flags.open) openInBrowser(address)
    await new Promise<void>(resolve => {
      if (!process.stdin.isTTY) return
      const lines = createInterface({ input: process.stdin })
      lines.on('line', () => console.log(`  ${studio.address()}`))
      // Ctrl-D; Ctrl-C is a signal.
      lines.on('close', resolve)
    })
  })
}

const WORKS_ONCE = text(
  'The address lets one browser in, once. Press Enter for another one; Ctrl-C closes the studio.',
  '這個網址只能讓一個瀏覽器進入一次。按 Enter 會得到新的網址，按 Ctrl-C 會關閉學習頁面。',
)

const ONCE = text(
  'The address lets one browser in, once. Ctrl-C closes the studio.',
  '這個網址只能讓一個瀏覽器進入一次。按 Ctrl-C 會關閉學習頁面。',
)

const FOR_GUESTS = text(
  'Whoever opens this one sees everything, and can type only after you say yes:',
  '用這個網址進來的人看得到全部，但要你同意才能輸入：',
)

const HERE_ONLY = text(
  'Only browsers on this computer can open it. For another computer, add --host ADDRESS, with --tls-cert and --tls-key.',
  '只有這台電腦的瀏覽器打得開。要讓其他電腦開啟，請加上 --host ADDRESS，並搭配 --tls-cert 和 --tls-key。',
)

const READABLE_BY_OTHERS = text(
  'Without --tls-cert and --tls-key, anybody on this network can read what the studio and the browser send each other, and take over the shells, which are root’s.',
  '沒有 --tls-cert 和 --tls-key，這個網路上的任何人都能讀到學習頁面和瀏覽器之間傳送的內容，也能接管裡面的 shell，而那是 root 的 shell。',
)

async function listenFrom({ host, port, tlsCert, tlsKey }: LearnFlags): Promise<StudioRequest['listen']> {
  const number = Number(port)
  if (!/^\d+$/.test(port) || number > 65_535)
    throw new BadCall(
      text(
        `--port must be a number from 1 to 65535, not "${port}".`,
        `--port 必須是 1 到 65535 的數字，不能是「${port}」。`,
      ),
    )
  if ((tlsCert === undefined) !== (tlsKey === undefined))
    throw new BadCall(
      text('--tls-cert and --tls-key belong together.', '--tls-cert 和 --tls-key 要一起使用。'),
    )
  if (tlsCert === undefined || tlsKey === undefined) return { host, port: number }
  const [cert, key] = await Promise.all([tlsCert, tlsKey].map(readOwn))
  const tls = { cert: cert!, key: key! }
  try {
    createSecureContext(tls)
  } catch (problem) {
    const { code = '' } = problem as NodeJS.ErrnoException
    throw new BadCall(
      text(
        `${tlsCert} is no certificate in PEM, or ${tlsKey} is not its key without a passphrase (${code}).`,
        `${tlsCert} 不是 PEM 格式的憑證，或 ${tlsKey} 不是它的金鑰，或金鑰有密碼（${code}）。`,
      ),
    )
  }
  return { host, port: number, tls }
}

const readOwn = (file: string) =>
  readFile(file).catch((problem: NodeJS.ErrnoException) => {
    throw new BadCall(
      text(`${file} cannot be read (${problem.code}).`, `無法讀取 ${file}（${problem.code}）。`),
    )
  })
