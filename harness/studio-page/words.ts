import { LANGS, type Lang, type Text, text } from '../core/text.ts'

/** What the page itself says. */
export const WORDS = {
  lesson: text('Lesson', '課程'),
  chapters: text('Parts of this lesson', '這一課的各個部分'),
  claims: text('Claims', '項目'),
  map: text('Map', '地圖'),
  packets: text('Packets', '封包'),
  shells: text('Shells', 'Shell'),
  views: text('What is shown', '顯示內容'),
  divider: text('How much room the shells have', 'shell 區域的大小'),
  previous: text('Back', '上一步'),
  thisStage: text('This stage', '這個階段'),
  allStages: text('All stages', '全部階段'),
  extra: text('extra', '延伸'),
  changed: text('What just changed', '剛才的變化'),
  nothingYet: text('no claim has changed yet', '還沒有項目改變'),
  noClaims: text(
    'This part of the lesson has no claims of its own. The stages of the lesson:',
    '這個部分沒有要檢查的項目。這一課的各個階段：',
  ),
  notJudged: text('not inspected yet', '還沒有查看'),
  hops: text('The path of the packet', '封包的路徑'),
  mapComes: text('The map is being drawn…', '正在繪製地圖…'),
  asDrawing: text('Drawing', '圖'),
  asList: text('List', '清單'),
  checkpoints: text('Checkpoints', '存檔點'),
  saveCheckpoint: text('Save what is there now', '儲存目前的內容'),
  noCheckpoints: text('Nothing is saved yet.', '還沒有存檔點。'),
  restore: text('Restore', '回到這個存檔點'),
  replaceIt: text('Yes, replace it', '好，取代它'),
  solveIt: text('Yes, solve it', '好，幫我完成'),
  working: text('One moment…', '請稍候…'),
  lastProbe: text('Show the packets of the last probe', '顯示最後一次探測的封包'),
  savePackets: text('Save as pcapng', '存成 pcapng'),
  noPackets: text(
    'No packet was captured yet. Send one from the map.',
    '還沒有擷取到封包。可以從地圖送出一個。',
  ),
  plain: text('not encapsulated', '未經封裝'),
  enlarge: text('Enlarge', '展開'),
  drawing: text(
    'The map, drawn: + and - change its size, 0 shows all of it, arrows move it',
    '地圖：按 + 和 - 縮放，按 0 顯示整張圖，用方向鍵移動',
  ),
  zoom: text('Size of the drawing', '圖的大小'),
  zoomIn: text('Larger', '放大'),
  zoomOut: text('Smaller', '縮小'),
  zoomWhole: text('Fit', '整張圖'),
  saveMap: text('Save as SVG', '存成 SVG'),
  closeDetails: text('Close', '關閉'),
  probeFrom: text('From', '從'),
  probeTo: text('to', '到'),
  someAddress: text('an address', 'IP 位址'),
  probe: text('Send a packet', '送出封包'),
  onItsWay: text('On its way…', '傳送中…'),
  connections: text('Connected by', '連接'),
  counters: text('counters', '計數器'),
  countAgain: text('Read the counters again', '重新讀取計數器'),
  again: text('Check all again', '全部重新檢查'),
  newShell: text('New shell', '新的 shell'),
  newShellOn: text('Open a shell on', '開啟 shell：'),
  openAgain: text('Open it again', '重新開啟'),
  closeShell: text('Close', '關閉'),
  opening: text('Opening…', '正在開啟…'),
  tryingAgain: text('The studio tries again until the node answers.', '學習頁面會一直重試，直到節點有回應。'),
  afterReboot: text(
    'This is a new shell: load the commands of the lesson in it again.',
    '這是新的 shell：請在裡面重新載入這一課的指令。',
  ),
  noShells: text('No shell is open yet.', '還沒有開啟 shell。'),
  leaveShell: text('Press F6 to leave the shell.', '按 F6 離開 shell。'),
  pressEnter: text('Press Enter to run it.', '按 Enter 執行。'),
  clipboard: text('Copy: Ctrl-Shift-C · paste: Ctrl-Shift-V.', '複製：Ctrl-Shift-C，貼上：Ctrl-Shift-V。'),
  reader: text('Screen reader', '螢幕閱讀器'),
  readerHelp: text('Lets a screen reader read what the shells print', '讓螢幕閱讀器讀出 shell 印出的內容'),
  copy: text('Copy', '複製'),
  copied: text('Copied', '已複製'),
  run: text('Run', '執行'),
  shownOnly: text('What the command does by itself', '指令實際執行的內容'),
  ownComputer: text('On your own computer', '在自己的電腦上'),
  checkedHere: text(
    'Not needed here: the claims are judged while you work.',
    '這裡不用執行：操作時就會自動判定。',
  ),
  ongoing: text('Keeps running: it gets a shell of its own.', '會一直執行，所以用另一個 shell。'),
  stopped: text('Stop it with Ctrl-C after a while.', '過一陣子按 Ctrl-C 停止。'),
  fails: text(
    'One of these commands ends with an error, as the text says.',
    '如內文所說，其中有指令會失敗。',
  ),
  lost: text(
    'The connection to the studio is lost, and this page is trying to reach it again. If npm run learn has ended, start it again.',
    '和 npm run learn 的連線中斷，這個網頁正在重試。如果它已經結束，請重新執行。',
  ),
  loading: text('Opening the studio…', '正在開啟學習頁面…'),
  skip: text('Skip to the shells', '跳到 shell'),
  complete: text('This stage is complete.', '這個階段完成了。'),
  allComplete: text('This lesson is complete.', '這一課完成了。'),
  looking: text('Inspecting the lab…', '正在查看實驗環境…'),
  guest: text('You are looking on', '你在旁觀'),
  yourName: text('Your name', '你的名字'),
  askToType: text('Ask to type', '請求輸入'),
  asked: text('Asked. The student has to agree.', '已送出請求，要等學生同意。'),
  refused: text('The student said no.', '學生沒有同意。'),
  onlySee: text('You only see this shell.', '這個 shell 你只能看。'),
  noLonger: text('You may no longer type here.', '你不能再輸入了。'),
  mayType: text('You may type here.', '你可以在這裡輸入。'),
  stopTyping: text('Stop', '停止'),
  allow: text('Yes, let them type', '好，讓對方輸入'),
  refuse: text('No', '不要'),
  dismiss: text('Close this message', '關閉這則訊息'),
} satisfies Record<string, Text>

/** Sentences with names in them. */
export const SAY = {
  next: (title: string) => text(`Next: ${title}`, `下一步：${title}`),
  shownIsFrom: (clock: string) =>
    text(`What this page shows is from ${clock}.`, `這個網頁顯示的是 ${clock} 時的情形。`),
  typeIn: (node: string) => text(`Type into ${node}`, `輸入到 ${node}`),
  openOn: (node: string) => text(`Open a shell on ${node}`, `開啟 ${node} 的 shell`),
  fillIn: (blanks: string[]) =>
    text(
      `Before you press Enter, write what is really there for ${blanks.join(' and ')}.`,
      `按 Enter 之前，先把 ${blanks.join('、')} 換成實際的值。`,
    ),
  runIn: (node: string) => text(`Run in ${node}`, `在 ${node} 執行`),
  stage: (number: number, title: string, done: number, all: number) =>
    text(`${number}. ${title}: ${done} of ${all} hold`, `${number}. ${title}：${all} 項中有 ${done} 項成立`),
  done: (done: number, all: number) => text(`${done} of ${all} hold`, `${all} 項中有 ${done} 項成立`),
  points: (points: number, max: number) => text(`${points} of ${max} points`, `${max} 分中得 ${points} 分`),
  hint: (number: number, max: number) =>
    text(`Show hint ${number} of ${max}`, `顯示提示（${max} 個中的第 ${number} 個）`),
  hintNumber: (number: number) => text(`Hint ${number}`, `提示 ${number}`),
  lab: (lab: string) => text(`lab ${lab}`, `實驗環境 ${lab}`),
  after: (ms: number, withinMs?: number) => {
    const after = withinMs === undefined ? ms.toFixed(1) : `${ms.toFixed(1)} ± ${withinMs.toFixed(1)}`
    return text(`captured after ${after} ms`, `${after} 毫秒後擷取到`)
  },
  wantsToType: (name: string, shell: string) =>
    text(`${name} asks to type into ${shell}.`, `${name} 想在 ${shell} 輸入。`),
  types: (name: string) => text(`${name} may type here.`, `${name} 可以在這裡輸入。`),
  restore: (name: string) => text(`Restore ${name}`, `回到這個存檔點：${name}`),
  replace: (name: string) =>
    text(
      `All that is in the lab now is replaced by ${name}. It is saved first. Go on?`,
      `實驗環境目前的所有內容會換成 ${name}，換之前會先存檔。要繼續嗎？`,
    ),
  solve: (number: number) =>
    text(
      number === 1 ? 'Solve stage 1 for me' : `Solve stages 1 to ${number} for me`,
      number === 1 ? '幫我完成階段 1' : `幫我完成階段 1 到 ${number}`,
    ),
  solveAsks: (number: number) =>
    text(
      `The lesson’s own commands, up to stage ${number}, are run on the machines. They may replace what you built in another way; it is saved first. Go on?`,
      `接下來會在機器上執行這一課到階段 ${number} 為止的指令。你用其他方式建立的東西可能會被取代；執行前會先存檔。要繼續嗎？`,
    ),
  listed: (count: number, more: number, notKept: number) => {
    const file = count + more
    const lost = text(` ${notKept} more were captured and not kept.`, `另有 ${notKept} 個擷取後沒有保留。`)
    return text(
      `The first ${count} are listed; the file has ${file}.${notKept > 0 ? lost.en : ''}`,
      `這裡列出前 ${count} 個，檔案裡有 ${file} 個。${notKept > 0 ? lost['zh-TW'] : ''}`,
    )
  },
  sentBefore: (time: string) =>
    text(
      `Sent at ${time}. The lab has changed since then: send another packet to see what happens now.`,
      `${time} 送出，之後實驗環境有變更。要知道現在的情形，請再送一次封包。`,
    ),
  bytes: (count: number) => text(`${count} bytes`, `${count} 位元組`),
  guests: (names: string[]) => {
    const known = names.filter(Boolean).join(', ')
    const who = known ? ` (${known})` : ''
    return text(
      names.length === 1 ? `1 person is looking on${who}` : `${names.length} people are looking on${who}`,
      `${names.length} 人旁觀${who}`,
    )
  },
  closeNamed: (title: string) => text(`Close the shell ${title}`, `關閉 shell ${title}`),
  shellOf: (title: string) => text(`Shell of ${title}`, `${title} 的 shell`),
  nodeGone: (node: string, reason: string) => text(`${node}: ${reason}`, `${node}：${reason}`),
}

/** How each language is called in itself. */
export const LANG_NAMES: Record<Lang, string> = { en: 'English', 'zh-TW': '中文' }
export const langs = LANGS
