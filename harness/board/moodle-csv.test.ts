import { parse } from 'csv-parse/sync'
import { describe, expect, it } from 'vitest'
import type { Submitted } from '../bundle/bundle.ts'
import { BadCall } from '../core/errors.ts'
import { same, text } from '../core/text.ts'
import { classOf, exampleClass, student } from './class.test-data.ts'
import { hostileClass } from './hostile.test-data.ts'
import { moodleCsv } from './moodle-csv.ts'

const rowsOf = (csv: string): string[][] => parse(csv, { bom: true })
const named = (name: string) => rowsOf(moodleCsv(classOf([student('s01', name, 'whole')]), 'en'))[1]![1]!

describe('the CSV for Moodle', () => {
  const rows = rowsOf(moodleCsv(exampleClass(), 'en'))
  const of = (id: string) => rows.find(row => row[0] === id)!

  it('has the columns by name, and each student once', () => {
    expect(rows[0]).toEqual(['ID number', 'Name', 'day-06 points', 'day-06 feedback'])
    expect(rows.slice(1).map(row => row.slice(0, 3).join(' | '))).toEqual([
      's01 | Student One | 100',
      's02 | Student Two | 100',
      's03 | 陳小明 | 34',
      's04 | Student Four | 69',
      's05 | Student Five | -',
      's06 | Student Six | 90',
      's07 | Student Seven | -',
      's08 | Student Eight | -',
      's09 | Student Nine | 0',
      's10 | Student Ten | 69',
    ])
  })

  it('tells why, on one line, in the language asked for', () => {
    expect(of('s01')[3]).toBe('Every claim holds.')
    expect(of('s04')[3]).toBe(
      'First broken link: “On hypervisor, ovn-bridge-mappings maps the network of the localnet port to the bridge of eth2”, at hypervisor · Open_vSwitch · Open_vSwitch · external_ids:ovn-bridge-mappings. Attempt 2 of 3.',
    )
    expect(of('s05')[3]).toMatch(/^Ungraded\. .*have it graded again\. These machines are not believed: /)
    expect(of('s07')[3]).toMatch(/^Ungraded: .* Could not be inspected: “hypervisor is a registered chassis/)
    expect(of('s08')[3]).toMatch(/^Ungraded: .* Not reached: ssh: connect to 203\.0\.113\.8/)
    expect(of('s06')[3]).toContain('Late: 10 points deducted.')
    expect(moodleCsv(exampleClass(), 'zh-TW')).toContain('未評分：有檢查無法執行。')
  })

  it('of a node that is off names a few claims and the reason once, without folders', () => {
    const off = same('hypervisor: this user may not read /home/teacher/keys/s07')
    const grade = exampleClass()
    const seventh = grade.students.find(({ id }) => id === 's07')!
    const claims = seventh.closing.stages.flatMap(stage => stage.claims)
    for (const { judgement } of claims) Object.assign(judgement, { verdict: 'unknown', saw: off })
    const [, told] = rowsOf(moodleCsv(classOf([seventh]), 'en'))
    expect(told![3]).toMatch(
      /Could not be inspected: “[^”]*”, “[^”]*”, “[^”]*” and \d+ more \(hypervisor: this user may not read s07\)\./,
    )
    expect(moodleCsv(classOf([seventh]), 'zh-TW')).toMatch(
      /無法查看：「[^」]*」、「[^」]*」、「[^」]*」等 \d+ 項（/,
    )
  })

  it('says of a clock that is off that it costs nothing', () => {
    const wrongClocks = [{ node: 'hypervisor', fastMs: -86_400_000 }]
    const late = classOf([student('s01', 'One', 'whole', { wrongClocks })])
    expect(rowsOf(moodleCsv(late, 'en'))[1]!.slice(2)).toEqual([
      '100',
      'Every claim holds. The clock of hypervisor is 24.0 hours slow, which costs no points.',
    ])
    expect(moodleCsv(late, 'zh-TW')).toContain('hypervisor 的時鐘慢了 24.0 小時，不影響成績。')
  })

  it('names no folder of the grader', () => {
    const unreached = same('127.0.0.1 port 22 does not let root in with /home/teacher/keys/s01')
    const lost = classOf([student('s01', 'One', 'lost', { unreached })])
    expect(rowsOf(moodleCsv(lost, 'en'))[1]![3]).toMatch(/does not let root in with s01\.$/)
  })

  it('says each thing in a sentence of its own, and files by their names', () => {
    const unreached = text('the submission cannot be run: a: no\nb: nor this', '無法執行：a：不行\nb：也不行')
    const lost = classOf([student('s01', 'One', 'lost', { unreached, attempt: 2, attempts: 2 })])
    expect(rowsOf(moodleCsv(lost, 'en'))[1]![3]).toMatch(/a: no; b: nor this\. Attempt 2 of 2\.$/)
    expect(rowsOf(moodleCsv(lost, 'zh-TW'))[1]![3]).toMatch(/a：不行；b：也不行。共 2 次，這是第 2 次。$/)
    const failed = [{ line: 7, text: 'false', exitCode: 1 }]
    const ran = [
      {
        node: 'controller',
        outputBytes: 0,
        file: 'controller.sh',
        line: 1,
        exit: 0,
        durationMs: 1,
        failed,
        lastOutput: '',
      },
    ]
    const submission: Submitted = { form: 'scripts', digest: '', ran }
    const handedIn = classOf([student('s01', 'One', 'whole', { submission })])
    expect(rowsOf(moodleCsv(handedIn, 'en'))[1]![3]).toContain('holds. controller.sh:7: "false" ended')
    ran[0] = { ...ran[0]!, exit: 1, failed: [], lastOutput: 'a\nb\n' }
    expect(rowsOf(moodleCsv(handedIn, 'en'))[1]![3]).toContain('the last lines of its output: a; b.')
    expect(rowsOf(moodleCsv(handedIn, 'zh-TW'))[1]![3]).toContain('輸出的最後幾行：a；b。')
  })

  it('says of whom nobody has tried to reach that they are not graded yet', () => {
    const nobody = classOf([student('s01', 'One', 'lost', { attempt: 0 })])
    expect(rowsOf(moodleCsv(nobody, 'en'))[1]!.slice(2)).toEqual(['-', 'Not graded yet.'])
  })

  it('writes points with a point and at most two decimals', () => {
    const third = { ...student('s01', 'One', 'whole'), points: 200 / 3 }
    expect(rowsOf(moodleCsv(classOf([third]), 'en'))[1]![2]).toBe('66.67')
  })

  it.each([
    '=1+1',
    '+1',
    '-1',
    '@SUM(A1)',
    '＝1+1',
    '＋1',
    '－1',
    '＠x',
    '\t=1',
    '\r=1',
    '  =1',
    '\u00a0=1',
    '\u200b=1',
    '\ufeff@x',
    '\n=1',
  ])('lets no spreadsheet run a name %j', name => {
    expect(named(name)).toMatch(/^'[=+\-@＝＋－＠]/)
  })

  it.each([
    ['Ann;=1+1', "Ann;'=1+1"],
    ['Ann,@x', "Ann,'@x"],
    ['Ann\t=1', 'Ann  =1'],
    ['Ann", =1', `Ann",' =1`.replace("' =", " '=")],
  ])('nor one that reads another separator: %j', (name, is) => {
    expect(named(name)).toBe(is)
  })

  it('stays a table whatever names and machines say', () => {
    const hostile = rowsOf(moodleCsv(hostileClass(), 'en'))
    expect(hostile.map(row => row.length)).toEqual([4, 4, 4, 4, 4])
    expect(hostile.flat().every(cell => !/[\n\r\t\u001b]/.test(cell) && cell.length < 2100)).toBe(true)
  })

  it('refuses the id that Moodle takes for nobody', () => {
    expect(() => moodleCsv(classOf([student('0', 'Zero', 'whole')]), 'en')).toThrow(BadCall)
  })
})
