import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { BadCall } from '../core/errors.ts'
import { loadRoster } from './load-roster.ts'
import { rosterFromCsv } from './roster-from-csv.ts'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-csv-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'class.yaml')

const AS = { lesson: 'day-06', nodes: ['controller', 'hypervisor'], folder }
const made = (csv: string) => rosterFromCsv(csv, AS)
/** What the roster that is made is read as; or the sentences it is refused with. */
async function read(csv: string) {
  writeFileSync(file, made(csv))
  return loadRoster(file).catch((thrown: BadCall) =>
    thrown.sentence.en.replaceAll(`${folder}/`, '').split('\n'),
  )
}
/** The sentences that a class list is refused with. */
function refusals(csv: string): string[] {
  try {
    made(csv)
  } catch (error) {
    expect(error).toBeInstanceOf(BadCall)
    return (error as BadCall).sentence.en.split('\n')
  }
  return ['taken']
}
const ONE = {
  controller: { host: 'a', port: 22, user: 'vagrant' },
  hypervisor: { host: 'b', port: 22, user: 'vagrant' },
}
const student = (id: string, name: string, nodes: object = ONE) => ({
  id,
  name,
  work: { kind: 'nodes', nodes },
})

describe('rosterFromCsv', () => {
  it('makes a roster that is read, and whose first line names a schema that is there', async () => {
    const csv = `Hypervisor,NAME,identityFile,id,controller
me@10.0.0.2:2202,"Wang, ""小明""",keys/s01,0012,10.0.0.1

b,"=HYPERLINK(""x"")",,s02,"[fe80::1%eth0]:22"
::1,<b>\u001b[31m,~/k,s03,vm-3.example
`
    expect(await read(csv)).toMatchObject({
      lessons: ['day-06'],
      students: [
        student('0012', 'Wang, "小明"', {
          controller: { host: '10.0.0.1', port: 22, user: 'vagrant', identityFile: join(folder, 'keys/s01') },
          hypervisor: { host: '10.0.0.2', port: 2202, user: 'me', identityFile: join(folder, 'keys/s01') },
        }),
        student('s02', '=HYPERLINK("x")', {
          ...ONE,
          controller: { ...ONE.controller, host: 'fe80::1%eth0' },
        }),
        student('s03', '<b>\u001b[31m', {
          controller: {
            host: 'vm-3.example',
            port: 22,
            user: 'vagrant',
            identityFile: resolve(process.env.HOME ?? '/', 'k'),
          },
          hypervisor: {
            host: '::1',
            port: 22,
            user: 'vagrant',
            identityFile: resolve(process.env.HOME ?? '/', 'k'),
          },
        }),
      ],
    })
    const [first] = made(csv).split('\n')
    const schema = /^# yaml-language-server: \$schema=(.+)$/.exec(first ?? '')?.[1]
    expect(resolve(folder, schema ?? '')).toBe(join(checkout, 'harness/roster/roster.schema.json'))
  })

  it.each([
    [
      'semicolons, and names with commas',
      'id;name;controller;hypervisor\ns1;Lee, Amy;a;b\n',
      's1',
      'Lee, Amy',
    ],
    [
      'tabs and line ends of Windows, with a byte order mark',
      '\ufeffID\tName\tController\tHypervisor\r\ns1\tAmy\ta\tb\r\n',
      's1',
      'Amy',
    ],
    [
      'the participants of Moodle',
      'First name,Last name,ID number,Email address,Groups,controller,hypervisor\nAmy,Lee,s1,x@y.edu,G1,a,b\n',
      's1',
      'Amy Lee',
    ],
    [
      'participants without numbers',
      'First name,Last name,ID number,Email address,controller,hypervisor\nAmy,Lee,,s1@y.edu,a,b\n',
      's1',
      'Amy Lee',
    ],
    [
      'participants in Chinese',
      '名字,姓氏,學號,電子郵件信箱,controller,hypervisor\n小明,王,s1,x@y.edu,a,b\n',
      's1',
      '王小明',
    ],
    ['no names', 'username,controller,hypervisor\ns1,a,b\n', 's1', 's1'],
  ])('takes %s', async (_, csv, id, name) => {
    expect(await read(csv)).toHaveProperty('students', [student(id, name)])
  })

  it('asks for what is missing where it has to stand, and nobody is graded with it', async () => {
    const csv = 'name,id,controller\nAmy,,a\nBob,s2,\n'
    expect(made(csv).split('\n').slice(1).join('\n')).toBe(`
# Who is graded, and how each student's machines are reached. The schema says what else can be written here.
# "?" stands where the class list said nothing; nobody is graded until it is filled in.

schema: 1
lesson: "day-06"
students:
  - id: "?" # the student’s id in the course’s system
    name: "Amy"
    nodes:
      controller: { host: "a" }
      hypervisor: { host: "?" } # the address of this student’s hypervisor; also port, user and identityFile
  - id: "s2"
    name: "Bob"
    nodes:
      controller: { host: "?" } # the address of this student’s controller; also port, user and identityFile
      hypervisor: { host: "?" } # the address of this student’s hypervisor; also port, user and identityFile
`)
    expect(await read(csv)).toEqual([
      'class.yaml:9:9: `id` is still "?", fill in: letters, digits, dots, dashes and underscores, at most 64, first a letter or a digit, and not 0 alone',
      ...['13:27', '17:27', '18:27'].map(
        place =>
          `class.yaml:${place}: \`host\` is still "?", fill in: a host name or an IP address, without user and port`,
      ),
    ])
    expect(rosterFromCsv(csv, { ...AS, lang: 'zh-TW' })).toContain(
      'hypervisor: { host: "?" } # 這位學生的 hypervisor 的位址；也可以寫 port、user、identityFile',
    )
  })

  it.each([
    [
      '',
      [
        'row 1 of the class list has no heading that says who a student is, such as id, name, "ID number" or "Email address"; it has: nothing',
      ],
    ],
    ['id,name\n\n , \n', ['the class list has no students']],
    [
      'id,contoller,hypervisor\ns1,a,b\n',
      ['row 1 of the class list: unknown heading "contoller"; did you mean "controller"?'],
    ],
    [
      'id,name\n\ns 1,Amy\n../x,Bob\n',
      ['s 1', '../x'].map(
        (id, at) =>
          `row ${at + 3}: the id "${id}" may only have letters, digits, dots, dashes and underscores`,
      ),
    ],
    ['id,name\ns1,"Amy\nLee"\nS1,Bob\n', ['row 3: the id S1 is that of row 2 already']],
    [
      'id,controller,hypervisor\ns1,a:123456,b:70000\ns2,ssh me@c,d:22\ns3,e,d\n',
      [
        'row 2: the address "a:123456" of controller is not host, host:port or user@host:port',
        'row 2: the address "b:70000" of hypervisor is not host, host:port or user@host:port',
        'row 3: the address "ssh me@c" of controller is not host, host:port or user@host:port',
        'row 4: hypervisor is a machine that row 3 has already: d:22',
      ],
    ],
    ['id,name\ns1,Amy,x\n', ['row 2: it has 3 fields, the headings are 2']],
    [
      'id,name\ns1,"Amy\n',
      [expect.stringMatching(/^line \d of the class list is not valid CSV: Quote Not Closed/)],
    ],
  ])('refuses %j', (csv, sentences) => {
    expect(refusals(csv)).toEqual(sentences)
  })
})
