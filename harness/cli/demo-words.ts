import { same, type Text, text } from '../say/text.ts'

/** What the demo says between checks. */
export const demoWords = {
  inUse: (lab: string) =>
    text(
      `The lab "embedded" is in use and stays as it is; the demo uses a lab of its own, "${lab}".`,
      `實驗環境「embedded」正在使用中，維持原狀；示範改用另一個實驗環境「${lab}」。`,
    ),
  namedInUse: (lab: string) =>
    text(
      `The lab "${lab}" is up, and the demo begins with untouched machines. Put it back first: npx ovn-lab lab reset --lab ${lab}`,
      `實驗環境「${lab}」已啟動，但示範必須從全新的機器開始。請先還原：npx ovn-lab lab reset --lab ${lab}`,
    ),
  untouched: text(
    'First, the untouched machines. Nothing has been built, so claims fail, and say where to begin:',
    '首先，檢查全新的機器。什麼都還沒建立，所以項目不成立，並且會提示從哪裡開始：',
  ),
  stage: (title: Text) =>
    text(`Now the learner types: ${title.en}`, `接著，學習者輸入指令：${title['zh-TW']}`),
  solved: text('And the whole lesson once more:', '最後，再檢查一次整個課程：'),
  report: (file: string) => text(`JUnit report: ${file}`, `JUnit 報告：${file}`),
  leftUp: (lesson: string, lab: string) => {
    const suffix = lab === 'embedded' ? '' : ` --lab ${lab}`
    const commands = [
      `npx ovn-lab lab shell controller${suffix}`,
      `npx ovn-lab check ${lesson}${suffix}`,
      `npx ovn-lab lab reset${suffix}`,
      `npx ovn-lab lab down${suffix}`,
    ]
    const [enter, again, reset, down] = commands
    return text(
      `The lab is still up. Look around, break something, check again:
  enter a node   ${enter}
  check again    ${again}
  start over     ${reset}
  remove it      ${down}`,
      `實驗環境沒有移除，可以繼續使用。你可以四處看看、弄壞一些東西，再檢查一次：
  進入機器   ${enter}
  再次檢查   ${again}
  重新開始   ${reset}
  移除環境   ${down}`,
    )
  },
  recorded: (why?: Text) => {
    const reason = why ?? same('--replay')
    return text(
      `This is a recorded lab, judged now by the very same claims (${reason.en}).
For a real one: Debian or Ubuntu, as root or with sudo; or two machines of your own with --inventory.`,
      `以下是事先錄下的實驗環境，現在以完全相同的項目重新檢查（${reason['zh-TW']}）。
要用真正的實驗環境：需要 Debian 或 Ubuntu，以及 root 或 sudo 權限；或用 --inventory 指定你自己的兩台機器。`,
    )
  },
}
