import { dirname, resolve } from 'node:path'
import { text } from '../core/text.ts'
import { complain, readManifest } from '../manifest/validate.ts'
import { whyNotSafe } from './address.ts'
import schema from './push.schema.json' with { type: 'json' }
import { readUsers } from './users.ts'

/** The column of one lesson. */
export interface Column {
  /** Its URL, where it is known. */
  lineItem?: string
  label?: string
  resourceId?: string
  tag?: string
}

/** Where grades go, and who is who there. */
export interface PushConfig {
  tokenUrl: string
  /** `aud` of the signed assertion. */
  audience: string
  clientId: string
  deploymentId?: string
  /** Absolute path; made on first use. */
  privateKeyFile: string
  lineItems?: string
  /** Of a column that is made. */
  maxScore?: number
  lessons: Record<string, Column>
  /** LTI user ids by student id. */
  users: ReadonlyMap<string, string>
}

interface Written {
  platform: { tokenUrl: string; clientId: string; audience?: string; deploymentId?: string }
  privateKeyFile?: string
  lineItems?: string
  maxScore?: number
  lessons?: Record<string, Column>
  students?: Record<string, string>
  studentsFile?: string
}

/**
 * Reads the YAML file (push.schema.json). Paths in it are relative to its folder. Throws BadCall with
 * `file:line:column: sentence`.
 */
export async function loadPushConfig(file: string): Promise<PushConfig> {
  const { value, at } = await readManifest<Written>(file, schema)
  const { platform, lessons = {}, students = {}, privateKeyFile = 'push-key.pem' } = value
  const folder = dirname(resolve(file))
  const refuseUnsafe = (address: string | undefined, ...path: string[]) => {
    const why = address === undefined ? undefined : whyNotSafe(address)
    if (why) throw complain(at(...path), why)
  }
  refuseUnsafe(platform.tokenUrl, 'platform', 'tokenUrl')
  refuseUnsafe(value.lineItems, 'lineItems')
  for (const [id, { lineItem }] of Object.entries(lessons)) refuseUnsafe(lineItem, 'lessons', id, 'lineItem')
  const users = new Map<string, string>()
  const add = (student: string, user: string, where: string) => {
    const other = [...users].find(([id, known]) => id === student || known === user)
    if (other)
      throw complain(
        where,
        other[0] === student
          ? text(`student ${student} has two users`, `學生 ${student} 有兩個使用者`)
          : text(`${other[0]} and ${student} have one user`, `${other[0]} 和 ${student} 是同一個使用者`),
      )
    users.set(student, user)
  }
  for (const [student, user] of Object.entries(students)) add(student, user, at('students', student))
  if (value.studentsFile !== undefined)
    for (const { student, user, where } of await readUsers(resolve(folder, value.studentsFile)))
      add(student, user, where)
  return {
    tokenUrl: platform.tokenUrl,
    audience: platform.audience ?? platform.tokenUrl,
    clientId: platform.clientId,
    ...(platform.deploymentId === undefined ? {} : { deploymentId: platform.deploymentId }),
    privateKeyFile: resolve(folder, privateKeyFile),
    ...(value.lineItems === undefined ? {} : { lineItems: value.lineItems }),
    ...(value.maxScore === undefined ? {} : { maxScore: value.maxScore }),
    lessons,
    users,
  }
}
