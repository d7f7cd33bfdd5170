import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { widthOf } from '../tell/columns.ts'
import { listRoster } from './list-roster.ts'
import { loadRoster } from './load-roster.ts'

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl0i1iu9EHRPmGCTHlAIy2b2n9qxHMb4Sv8aDkJh3kU'
const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-list-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = join(folder, 'class.yaml')
writeFileSync(
  file,
  `schema: 1
lessons: [day-06, day-04]
jumps: { bastion: { host: gate, user: me } }
students:
- { id: s01, name: "王小明", lab: alice }
- id: s02
  name: "Evil\\e[2J\\n<b>\\u202eOne"
  nodes:
    controller: { host: 127.0.0.1, port: 2201, identityFile: secret/keys/s02, hostKey: "${KEY}" }
    hypervisor: { host: 10.0.0.2, jump: bastion }
    fourth: { host: vm2, knownHostsFile: keys/hosts, identityFile: keys/s03 }
    third: { host: vm, proxyCommand: [/opt/tunnel, --password, hunter2] }
- { id: s03, name: ${JSON.stringify('Long '.repeat(30))}, submission: work/s03 }
`,
)
mkdirSync(join(folder, 'secret/keys'), { recursive: true })
writeFileSync(join(folder, 'secret/keys/s02'), '')
writeFileSync(`${file}.lock`, `gate>10.0.0.2 ${KEY} s02 hypervisor\n`)

it('shows who is graded, how each is reached and whose key is pinned, in aligned columns', async () => {
  const roster = await loadRoster(file)
  expect(listRoster(roster, 'en')).toMatchInlineSnapshot(`
    "3 students · day-06, day-04

    id   name                            how reached                                                host key
    s01  王小明                          lab alice                                                  –
    s02  Evil <b>One                     controller: vagrant@127.0.0.1 port 2201, key s02           in the roster
                                         hypervisor: vagrant@10.0.0.2 port 22, via me@gate port 22  in the lock file; jump host not pinned
                                         fourth: vagrant@vm2 port 22, key s03 (missing)             by hosts
                                         third: vagrant@vm port 22, through tunnel                  not pinned
    s03  Long Long Long Long Long Long…  commands in work/s03 (missing)                             –
    "
  `)
  expect(listRoster(roster, 'zh-TW')).toMatchInlineSnapshot(`
    "3 位學生 · day-06、day-04

    id   姓名                            連線方式                                                    主機金鑰
    s01  王小明                          實驗環境 alice                                              –
    s02  Evil <b>One                     controller: vagrant@127.0.0.1 port 2201，金鑰 s02           在名單裡
                                         hypervisor: vagrant@10.0.0.2 port 22，經由 me@gate port 22  在 lock 檔裡；跳板主機沒有釘選
                                         fourth: vagrant@vm2 port 22，金鑰 s03（找不到）             依 hosts
                                         third: vagrant@vm port 22，透過 tunnel                      沒有釘選
    s03  Long Long Long Long Long Long…  work/s03 裡的指令（找不到）                                 –
    "
  `)
})

it('has nothing of a name that moves the cursor, and no secret', async () => {
  const shown = listRoster(await loadRoster(file), 'en')
  expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
  expect(shown).not.toContain('hunter2')
  const starts = shown
    .split('\n')
    .filter(line => /how reached|lab alice|controller: |hypervisor: /.test(line))
    .map(line => widthOf(line.split(/how reached|lab alice|controller: |hypervisor: /)[0] ?? ''))
  expect(new Set(starts).size).toBe(1)
  expect(starts).toHaveLength(4)
})
