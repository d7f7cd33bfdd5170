import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { BadCall } from '../judge/errors.ts'
import { loadInventory } from './load.ts'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-inventory-'))
afterAll(() => rmSync(folder, { recursive: true }))

const written = (words: string) => {
  const file = join(folder, 'room-3.yaml')
  writeFileSync(file, words)
  return file
}

const said = (words: string) =>
  loadInventory(written(words)).then(
    () => undefined,
    (error: BadCall) => error.sentence.en.replaceAll(folder, ''),
  )

describe('an inventory file', () => {
  it('names two machines; what it leaves out has defaults', async () => {
    const file = written(`nodes:
  controller: { host: 10.0.0.5, identityFile: keys/lab }
  hypervisor: { host: 10.0.0.6, port: 2222, user: root, identityFile: ~/.ssh/x, jump: { host: gate } }
`)
    expect(await loadInventory(file)).toEqual({
      name: 'room-3',
      nodes: {
        controller: { host: '10.0.0.5', port: 22, user: 'vagrant', identityFile: join(folder, 'keys/lab') },
        hypervisor: {
          host: '10.0.0.6',
          port: 2222,
          user: 'root',
          identityFile: join(homedir(), '.ssh/x'),
          jump: { host: 'gate', port: 22, user: 'vagrant' },
        },
      },
    })
  })

  it('with a misspelt key is refused, with its place and the nearest word', async () => {
    expect(await said('nodes:\n  controller: { host: a, usr: root }\n  hypervisor: { host: b }\n')).toBe(
      '/room-3.yaml:2:26: unknown key "usr". Did you mean "user"?',
    )
  })

  it('with several mistakes tells all of them, in the order of the file', async () => {
    expect(await said('nodes:\n  controller: { host: a, port: 99999 }\n  hyper: { host: b }\n')).toBe(
      [
        '/room-3.yaml:2:3: "hypervisor" is missing.',
        '/room-3.yaml:2:32: must be <= 65535.',
        '/room-3.yaml:3:3: unknown key "hyper". Did you mean "hypervisor"?',
      ].join('\n'),
    )
  })

  it('that is no YAML is refused with its place', async () => {
    expect(await said('nodes:\n  controller: { host: a\n')).toMatch(/^\/room-3\.yaml:\d+:\d+: /)
  })

  it('with a key twice is refused', async () => {
    expect(await said('nodes:\n  controller: { host: a }\n  controller: { host: b }\n')).toMatch(
      /^\/room-3\.yaml:3:3: Map keys must be unique/,
    )
  })

  it('that is not there is refused in one sentence', async () => {
    await expect(loadInventory('/nowhere/lab.yaml')).rejects.toThrow(
      '/nowhere/lab.yaml cannot be read (ENOENT).',
    )
    await expect(loadInventory('/nowhere/lab.yaml')).rejects.toBeInstanceOf(BadCall)
  })
})
