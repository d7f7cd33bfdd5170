import { type Text, text } from '../core/text.ts'

/** What stands at the head of a column, a part or a control of the board. */
export const labels = {
  board: text('Class board', '全班總表'),
  student: text('Student', '學生'),
  verdict: text('Verdict', '判定'),
  points: text('Points', '分數'),
  time: text('Time', '時間'),
  firstBroken: text('First broken link', '第一個斷掉的環節'),
  remarks: text('Remarks', '備註'),
  clusters: text('What to explain again', '需要再講解的地方'),
  students: text('Each student', '每位學生'),
  claims: text('The claims', '檢查項目'),
  language: text('Language', '語言'),
  sortBy: text('Sort by', '排序'),
  order: text('roster order', '名單順序'),
  filter: text('Find name, id or place', '搜尋姓名、id 或位置'),
  show: text('Show', '顯示'),
  all: text('everybody', '所有人'),
  notWhole: text('with a failing claim', '有項目不成立的人'),
  whole: text('with every claim holding', '每一項都成立的人'),
  ungraded: text('ungraded', '未評分的人'),
  shared: text('same machine or commands', '機器或指令相同的人'),
  skip: text('Skip to the table', '跳到成績表'),
} satisfies Record<string, Text>
