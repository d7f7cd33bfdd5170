import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it, onTestFinished } from 'vitest'
import { readGraded } from './graded.ts'
import { loadPushConfig } from './push-config.ts'

const PLATFORM = 'platform: { tokenUrl: "https://lms.example/token", clientId: c }\n'

function folderWith(files: Record<string, string>) {
  const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-push-config-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content)
  return (name: string) => join(folder, name)
}

it('says who is who, from the file and from a CSV file beside it', async () => {
  const file = folderWith({
    'push.yaml': `${PLATFORM}students: { s1: "007" }\nstudentsFile: users.csv\n`,
    'users.csv': '\ufeffname,user,id\nStudent Two, 8 ,s2\n',
  })
  const config = await loadPushConfig(file('push.yaml'))
  expect([...config.users]).toEqual([
    ['s1', '007'],
    ['s2', '8'],
  ])
  expect(config).toMatchObject({
    audience: 'https://lms.example/token',
    privateKeyFile: file('push-key.pem'),
  })
})

it.each([
  [
    'platform: { tokenUrl: "http://lms.example/t", clientId: c }',
    ':1:23: tokens and grades are sent over https://',
  ],
  [
    'platform: { tokenUrl: "https://u:pw@lms.example/t", clientId: c }',
    ':1:23: an address with a name or password',
  ],
  [`${PLATFORM}lineItem: "https://x/"`, ':2:1: unknown key `lineItem`; did you mean `lineItems`?'],
  [`${PLATFORM}students: { s1: 7 }`, ':2:17: `s1` must be a text'],
  [`${PLATFORM}students: { s1: a, s2: a }`, ':2:24: s1 and s2 have one user'],
  [`${PLATFORM}lessons: { day-06: { lineItem: "http://10.0.0.1/" } }`, ':2:32: tokens and grades'],
])('refuses %j', async (content, sentence) => {
  const file = folderWith({ 'push.yaml': content })('push.yaml')
  const error = await loadPushConfig(file).catch((error: Error) => error)
  expect(String(error)).toContain(file + sentence)
  expect(String(error)).not.toContain('pw')
})

it.each([
  ['id,user\ns1,7\ns1,8\n', 'users.csv:3: student s1 has two users'],
  ['id,lti\ns1,7\n', 'users.csv:2: each line needs a value in the columns `id` and `user`'],
  ['id,user\ns1,"7\n', 'this is not valid CSV'],
])('refuses the users %j', async (csv, sentence) => {
  const file = folderWith({ 'push.yaml': `${PLATFORM}studentsFile: users.csv\n`, 'users.csv': csv })
  await expect(loadPushConfig(file('push.yaml'))).rejects.toThrow(sentence)
})

it('refuses a grade.json in which a student is twice, or has points below 0', async () => {
  const student = { id: 's1', name: 'x', points: 5, maxPoints: 10 }
  const file = (students: object[]) =>
    folderWith({ 'grade.json': JSON.stringify({ schema: 1, lesson: 'day-06', students }) })('grade.json')
  await expect(readGraded(file([student, student]))).rejects.toThrow('student s1 is here twice')
  await expect(readGraded(file([{ ...student, points: -1 }]))).rejects.toThrow('`points` must be >= 0')
})
