import { same, type Text, text } from '../core/text.ts'

/** What the demo says between checks. */
export const demoWords = {
  inUse: (lab: string) =>
    text(
      `The lab "embedded" is in use and stays unchanged; the demo uses a separate lab, "${lab}".`,
      `實驗環境「embedded」正在使用中，維持原狀；示範改用另一個實驗環境「${lab}」。`,
    ),
  namedInUse: (lab: string) =>
    text(
      `The lab "${lab}" is up, but the demo has to start with untouched machines. Reset it first: npx ovn-lab lab reset --lab ${lab}`,
      `實驗環境「${lab}」已啟動，但示範必須從全新的機器開始。請先還原：npx ovn-lab lab reset --lab ${lab}`,
    ),
  untouched: text(
    'First, the untouched machines. Nothing has been built yet, so claims fail, and the check says where to start:',
    '首先，檢查全新的機器。什麼都還沒建立，所以項目不成立，檢查結果會提示從哪裡開始：',
  ),
  stage: (title: Text) => text(`Now the learner types: ${title.en}`, `接著，學生輸入指令：${title['zh-TW']}`),
  nextLesson: (title: Text) =>
    text(
      `The next lesson, on untouched machines again: ${title.en}`,
      `下一課，機器先還原成全新的：${title['zh-TW']}`,
    ),
  /** Of `--all` where no real lab can run, or where a recording is asked for. */
  allNeedsLab: (why?: Text) => {
    const reason = why ?? same('--replay')
    return text(
      `demo --all needs an embedded lab: not every lesson has a recording of each stage (${reason.en}).`,
      `demo --all 需要內建實驗環境：不是每一課都錄下了每個階段（${reason['zh-TW']}）。`,
    )
  },
  solved: text('Finally, the whole lesson once more:', '最後，再檢查一次整個課程：'),
  report: (file: string) => text(`JUnit report: ${file}`, `JUnit 報告：${file}`),
  backToUntouched: text(
    'The lab goes back to untouched machines, so that you can build it yourself:',
    '實驗環境會還原成全新的機器，讓你自己動手做一次：',
  ),
  yourTurn: (lesson: string, lab: string) => {
    const isUsual = lab === 'embedded'
    const commands = ['lab shell controller', `check ${lesson}`, `solve ${lesson}`, 'lab down']
    const [enter, check, solve, down] = commands.map(words =>
      isUsual ? `npm run ${words}` : `npx ovn-lab ${words} --lab ${lab}`,
    )
    return text(
      `Now it is your turn. The lab is up, and the lesson is in lessons/${lesson}/README.md.
  enter a node      ${enter}
  check your work   ${check}
  see it solved     ${solve}
  remove the lab    ${down}`,
      `接下來換你了。實驗環境已啟動，課程內容在 lessons/${lesson}/README.zh-TW.md。
  進入節點       ${enter}
  檢查做得如何   ${check}
  套用參考解答   ${solve}
  移除實驗環境   ${down}`,
    )
  },
  recorded: (why?: Text) => {
    const reason = why ?? same('--replay')
    return text(
      `This is a recorded lab, checked with the same claims as a real one (${reason.en}).
For a real lab you need Debian or Ubuntu and root or sudo, or your own machines (npm run lab doctor shows what this computer can run).`,
      `以下是事先錄下的實驗環境，用和真正的實驗環境相同的項目檢查（${reason['zh-TW']}）。
要用真正的實驗環境，需要 Debian 或 Ubuntu，以及 root 或 sudo 權限；或使用自己的機器（npm run lab doctor 會說明這台電腦可以執行什麼）。`,
    )
  },
}
