import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import { loadInventory } from './load.ts'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl0i1iu9EHRPmGCTHlAIy2b2n9qxHMb4Sv8aDkJh3kU'
const NODES = ['controller', 'hypervisor']
const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-inventory-'))
afterAll(() => rmSync(folder, { recursive: true }))

const write = (content: string): string => {
  const file = join(folder, 'my-lab.yaml')
  writeFileSync(file, content)
  return file
}

/** The sentences a wrong inventory is refused with, without the folder in front. */
async function complaints(content: string, lang: 'en' | 'zh-TW' = 'en'): Promise<string[]> {
  const error = await loadInventory(write(content), NODES).catch(thrown => thrown)
  expect(error).toBeInstanceOf(BadCall)
  return (error as BadCall).sentence[lang].replaceAll(`${folder}/`, '').split('\n')
}

/** What is read where any nodes will do; else the sentences it is refused with. */
const read = (content: string) =>
  loadInventory(write(content)).catch((thrown: BadCall) =>
    thrown.sentence.en.replaceAll(`${folder}/`, '').split('\n'),
  )

const both = (controller: string) => `nodes:\n  controller: ${controller}\n  hypervisor: { host: 10.0.0.2 }\n`

describe('loadInventory', () => {
  it('fills in defaults, and makes paths absolute', async () => {
    const file = write(`# yaml-language-server: $schema=inventory.schema.json
nodes:
  controller:
    host: 10.0.0.1
    identityFile: keys/id
    hostKey: ${KEY} root@controller
    jump: { host: gate.example, user: me, port: 2222, identityFile: ~/.ssh/gate }
  hypervisor:
    host: fe80::1%eth0
    user: root
    knownHostsFile: ../known
    proxyCommand: [./tunnel, --to, "a b"]
`)
    expect(await loadInventory(file, NODES)).toEqual({
      name: 'my-lab',
      nodes: {
        controller: {
          host: '10.0.0.1',
          port: 22,
          user: 'vagrant',
          identityFile: join(folder, 'keys/id'),
          hostKey: `${KEY} root@controller`,
          jump: { host: 'gate.example', port: 2222, user: 'me', identityFile: join(homedir(), '.ssh/gate') },
        },
        hypervisor: {
          host: 'fe80::1%eth0',
          port: 22,
          user: 'root',
          knownHostsFile: join(tmpdir(), 'known'),
          proxyCommand: [join(folder, 'tunnel'), '--to', 'a b'],
        },
      },
    })
  })

  it.each([
    [
      'a misspelt key, once',
      both('{ hots: 10.0.0.1 }'),
      ['my-lab.yaml:2:17: unknown key `hots`; did you mean `host`?'],
    ],
    [
      'a misspelt node, once',
      'nodes:\n  contoller: { host: a }\n  hypervisor: { host: b }\n',
      ['my-lab.yaml:2:3: unknown key `contoller`; did you mean `controller`?'],
    ],
    [
      'a key that is like none',
      both('{ host: a, password: x }'),
      [
        'my-lab.yaml:2:26: unknown key `password`; known here are `host`, `port`, `user`, `identityFile`, `hostKey`, `knownHostsFile`, `proxyCommand`, `statusCommand`, `patienceFactor`, `sockets`, `tools`, `jump`',
      ],
    ],
    [
      'a missing node',
      'nodes:\n  controller: { host: a }\n',
      ['my-lab.yaml:1:1: `nodes` has no `hypervisor`'],
    ],
    ['a missing host', both('{ port: 22 }'), ['my-lab.yaml:2:3: `controller` has no `host`']],
    [
      'a key given twice',
      'nodes:\n  controller: { host: a, host: b }\n',
      ['my-lab.yaml:2:26: this key appears twice'],
    ],
    [
      'bad ports, all of them',
      'nodes:\n  controller: { host: a, port: 70000 }\n  hypervisor:\n    host: b\n    port: ssh\n',
      ['my-lab.yaml:2:32: `port` must be <= 65535', 'my-lab.yaml:5:11: `port` must be a whole number'],
    ],
    [
      'a host with a user in it',
      both('{ host: me@lab }'),
      [
        'my-lab.yaml:2:23: `host` does not look right, it is: a host name or an IP address, without user and port',
      ],
    ],
    [
      'a host key that was cut off',
      both(`{ host: a, hostKey: ${KEY.slice(0, -8)} }`),
      ['my-lab.yaml:2:35: this host key is cut off or damaged: copy the whole line'],
    ],
    [
      'two ways at once',
      both('{ host: a, proxyCommand: [x], jump: { host: c } }'),
      ['my-lab.yaml:2:45: either `jump` or `proxyCommand`, not both'],
    ],
    ['an empty file', '', ['my-lab.yaml:1:1: the file must be a mapping (key: value)']],
    ['a file that is a list', '- a\n', ['my-lab.yaml:1:1: the file must be a mapping (key: value)']],
  ])('refuses %s', async (_, content, sentences) => {
    expect(await complaints(content)).toEqual(sentences)
  })

  it('refuses what is no YAML, with the place', async () => {
    expect((await complaints('nodes:\n  controller: { host: a\n'))[0]).toMatch(
      /^my-lab\.yaml:\d+:\d+: this is not valid YAML: /,
    )
  })

  it('speaks both languages', async () => {
    expect(await complaints(both('{ hots: 10.0.0.1 }'), 'zh-TW')).toEqual([
      'my-lab.yaml:2:17：不認得 `hots`，是不是要寫 `host`？',
    ])
  })

  it('takes any number of nodes of any name, where nobody says which', async () => {
    expect(
      await read('nodes: { web: { host: a }, db-2.example: { host: b }, c3: { host: c } }\n'),
    ).toMatchObject({
      nodes: { web: { host: 'a' }, 'db-2.example': { host: 'b' }, c3: { host: 'c' } },
    })
    expect(await read('nodes: { only: { host: a } }\n')).toHaveProperty('nodes.only')
  })

  it('takes the fingerprint of a host key in its place, and no part of one', async () => {
    const pinned = (hostKey: string) => read(`nodes: { a: { host: a, hostKey: "${hostKey}" } }\n`)
    const fingerprint = `SHA256:${'x'.repeat(43)}`
    expect(await pinned(fingerprint)).toHaveProperty('nodes.a.hostKey', fingerprint)
    expect(await pinned(`ssh-rsa ${fingerprint} me`)).toHaveProperty(
      'nodes.a.hostKey',
      `ssh-rsa ${fingerprint} me`,
    )
    expect(await pinned(fingerprint.slice(0, -1))).toEqual([
      'my-lab.yaml:1:33: this host key is cut off or damaged: copy the whole line',
    ])
  })

  it('is told where a machine keeps its sockets and tools', async () => {
    const told = {
      sockets: { OVN_Southbound: '/srv/ovn/ovnsb_db.sock', Open_vSwitch: '/srv/ovs/db.sock' },
      tools: 'docker exec openvswitch_vswitchd',
    }
    expect(await read(`nodes: { a: ${JSON.stringify({ host: 'a', ...told })} }\n`)).toHaveProperty(
      'nodes.a',
      expect.objectContaining(told),
    )
  })

  it.each([
    ['nodes: {}\n', ['my-lab.yaml:1:1: `nodes` must not be empty']],
    [
      'nodes: { a: { host: a, sockets: { Southbound: /x } } }\n',
      ['my-lab.yaml:1:35: unknown key `Southbound`; did you mean `OVN_Southbound`?'],
    ],
    [
      'nodes: { a: { host: a, sockets: { Open_vSwitch: db.sock } } }\n',
      ['my-lab.yaml:1:49: `Open_vSwitch` does not look right, it is: an absolute path on the machine'],
    ],
    [
      'nodes: { a: { host: a, tools: "x; rm -rf /" } }\n',
      [
        'my-lab.yaml:1:31: `tools` does not look right, it is: words put before ovs-appctl and ovs-ofctl, as in: docker exec openvswitch_vswitchd',
      ],
    ],
    ...['a@b', 'OVN_Northbound'].map((name): [string, string[]] => [
      `nodes: { "${name}": { host: a } }\n`,
      [
        'my-lab.yaml:1:1: `nodes` does not look right, it is: letters, digits, dots, dashes and underscores, at most 64, and not the name of a database of OVN',
      ],
    ]),
  ])('refuses %j', async (content, sentences) => {
    expect(await read(content)).toEqual(sentences)
  })

  it('names a file that is not there, or is a folder', async () => {
    await expect(loadInventory('/no/such/lab.yaml')).rejects.toThrow('there is no file /no/such/lab.yaml')
    await expect(loadInventory(folder)).rejects.toThrow(`${folder} cannot be read (EISDIR)`)
  })
})
