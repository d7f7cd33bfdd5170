import { appendFileSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { course, keyFile, keys } from './course.testing.ts'
import type { Trouble } from './platform.testing.ts'
import { signingKey } from './signing-key.ts'

const SCOPE = 'https://purl.imsglobal.org/spec/lti-ags/scope'

it.each<[string, Trouble, string]>([
  [
    'a redirect',
    { on: 'POST /token', status: 307, headers: { location: 'http://127.0.0.1:9/' } },
    'sends requests on to another address (307)',
  ],
  ['an endless answer', { on: 'GET ', status: 200, body: 'x'.repeat(2 << 20) }, 'more than 1048576 bytes'],
  [
    'a column elsewhere',
    { on: 'GET ', status: 200, body: '[{"id":"https://evil.example/1","resourceId":"ovn-lab.day-06"}]' },
    'not on the same server',
  ],
  [
    'a page elsewhere',
    { on: 'GET ', status: 200, body: '[]', headers: { link: '<https://evil.example/2>; rel=next' } },
    'not on the same server',
  ],
  ['no list', { on: 'GET ', status: 200, body: '<html>' }, 'cannot be read or created'],
  ['no token', { on: 'POST /token', status: 200, body: '{"access_token":"a\\nb"}' }, 'not a bearer token'],
  [
    'a wait of a day',
    { on: 'GET ', status: 503, headers: { 'retry-after': '86400' } },
    'does not answer as it should (503)',
  ],
])('refuses %s in one sentence', async (_, trouble, sentence) => {
  const { push, kept, ...rest } = await course()
  rest.trouble(trouble)
  await expect(push({ s1: 50 })).rejects.toThrow(sentence)
  expect(kept()).toEqual([])
})

it('says what the platform holds against the key, and never the key', async () => {
  const other = await signingKey(join(keys, 'other.pem'))
  const { push } = await course({ jwk: () => other.publicJwk })
  const error = await push({ s1: 50 }).then(String, error => error as Error)
  expect(String(error)).toContain('The platform issues no token (401, invalid_client')
  const secret = readFileSync(keyFile, 'utf8').split('\n')[1]!
  expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(secret)
})

it('signs for another audience and deployment where the platform wants that', async () => {
  const { push, folder } = await course({ audience: 'https://as.example' })
  const file = join(folder, 'push.yaml')
  await expect(push({ s1: 50 })).rejects.toThrow('"aud"')
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replace('clientId: ovn-lab', 'clientId: ovn-lab, audience: "https://as.example"'))
  expect(await push({ s1: 50 })).toEqual(['s1 pushed'])
})

it('asks only for the scope it needs where the column is named, and tells of one that is not granted', async () => {
  const { platform, push, folder } = await course({ granted: [`${SCOPE}/score`] })
  await expect(push({ s1: 50 })).rejects.toThrow(`does not grant ${SCOPE}/lineitem`)
  const id = platform.lineItems.replace('?', '/1/lineitem?')
  platform.items.push({ id, label: 'x', scoreMaximum: 100 })
  appendFileSync(join(folder, 'push.yaml'), `lessons: { day-06: { lineItem: "${id}" } }\n`)
  expect(await push({ s1: 50 })).toEqual(['s1 pushed'])
})

it('makes a key that only its owner may read, and keeps it', async () => {
  const { folder } = await course()
  const file = join(folder, 'keys/new.pem')
  const { publicJwk } = await signingKey(file)
  expect((statSync(file).mode & 0o777).toString(8)).toBe('600')
  expect((await signingKey(file)).publicJwk).toEqual(publicJwk)
  expect(Object.keys(publicJwk).sort()).toEqual(['alg', 'e', 'kid', 'kty', 'n', 'use'])
  writeFileSync(file, '-----BEGIN PRIVATE KEY-----\nSECRET\n')
  await expect(signingKey(file)).rejects.toThrow(
    /^((?!SECRET).)*has no RSA private key of 2048 bits((?!SECRET).)*$/,
  )
})
