import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { githubTeller } from './github.ts'
import { all, followed, hostile, mixed } from './sample.test-data.ts'
import type { Closing } from './teller.ts'

async function told(closing: Closing, env: Record<string, string> = {}): Promise<string> {
  let output = ''
  const teller = githubTeller({
    env: { GITHUB_ACTIONS: 'true', ...env },
    write: text => {
      output += text
    },
    token: 'TOKEN',
  })
  teller?.opening?.(closing)
  await teller?.closing(closing)
  return output
}

async function summary(closing: Closing, before = ''): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'github-'))
  try {
    const file = join(folder, 'summary.md')
    writeFileSync(file, before)
    await told(closing, { GITHUB_STEP_SUMMARY: file })
    return readFileSync(file, 'utf8')
  } finally {
    rmSync(folder, { recursive: true })
  }
}

describe('githubTeller', () => {
  it('is there on GitHub Actions only', () => {
    expect(githubTeller({ env: {}, write: () => {} })).toBeUndefined()
  })

  it('annotates what fails and what could not be looked at, and the whole', async () => {
    expect(await told(mixed('en'))).toMatchInlineSnapshot(`
      "::stop-commands::TOKEN
      ::TOKEN::
      ::error title=The logical switch has a localnet port that names a physical network::Expected: one port of type localnet on the switch that holds ns1 and ns2, with network_name in its options%0ASaw: switch ls0 has the ports ls0-ns1 and ls0-ns2; none of them is of type localnet%0AWhere: controller · OVN_Northbound · Logical_Switch_Port · type%0ATry: npm run lab exec controller -- ovn-nbctl --columns=name,type,options find Logical_Switch_Port type=localnet%0AHint: The type and the network_name belong to the port, not to the switch.
      ::warning title=The ping is seen plain on eth2::Why: The capture on eth2 of hypervisor heard nothing, not even our own marker ping.%0AWhere: hypervisor · eth2%0ATry: npm run lab exec hypervisor -- ip link show eth2
      ::warning title=No Geneve packet carries the ping on eth1::Why: This is a bug in the checker itself; it says nothing about your work.%0ASaw: TypeError: rows is not iterable%0AReport: Check again with --json FILE, and report the bug with that file to the project that gave you ovn-lab.
      ::notice title=day-06 · Connect a virtual network to the physical one::Not there yet: 1 claim fails, 2 unknown, 1 waits.%0A2 of 6 claims hold · 3 of 17 points · 2.3 s
      "
    `)
  })

  it('says of a verdict from a recording that no machine was looked at, on the page and beside it', async () => {
    const words = 'Judged from a recording of 2026-11-22 21:17 UTC'
    expect(await told(followed('en'))).toContain(words)
    expect((await summary(followed('en'))).replaceAll('&#58;', ':')).toContain(words)
    expect(await told(mixed('en'))).not.toContain('recording')
  })

  it('speaks the language of the check', async () => {
    expect(await told(mixed('zh-TW'))).toMatchInlineSnapshot(`
      "::stop-commands::TOKEN
      ::TOKEN::
      ::error title=logical switch 上有一個 localnet port，並指定了實體網路的名稱::預期：ns1 和 ns2 所在的 switch 上有一個 type 為 localnet 的 port，而且 options 裡有 network_name%0A看到：switch ls0 上有 ls0-ns1 和 ls0-ns2 兩個 port，沒有任何一個的 type 是 localnet%0A位置：controller · OVN_Northbound · Logical_Switch_Port · type%0A試試：npm run lab exec controller -- ovn-nbctl --columns=name,type,options find Logical_Switch_Port type=localnet%0A提示：type 和 network_name 屬於 port，不屬於 switch。
      ::warning title=eth2 上看得到未經封裝的 ping::原因：在 hypervisor 的 eth2 上什麼都沒擷取到，連檢查程式自己的標記封包也沒有。%0A位置：hypervisor · eth2%0A試試：npm run lab exec hypervisor -- ip link show eth2
      ::warning title=eth1 上沒有 Geneve 封包載著這個 ping::原因：這是檢查程式本身的 bug，不代表你做錯了什麼。%0A看到：TypeError: rows is not iterable%0A回報：請加上 --json FILE 再檢查一次，附上該檔，向提供 ovn-lab 的專案回報。
      ::notice title=day-06 · 把虛擬網路接上實體網路::還沒完成：1 項不成立，2 項無法查看，1 項等待中。%0A6 項中有 2 項成立 · 17 分中得 3 分 · 2.3 秒
      "
    `)
  })

  it('lets no answer of a machine become a command of its own', async () => {
    const output = await told(hostile('en'))
    expect(output).toMatchInlineSnapshot(`
      "::stop-commands::TOKEN
      ::TOKEN::
      ::error title=The logical switch has a localnet port that names a physical network::Expected: red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe%0A::error::fake%0A| cell | ![x](http://x)%0ASaw: red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe%0A::error::fake%0A| cell | ![x](http://x)%0AWhere: red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe ::error::fake | cell | ![x](http://x)%0ATry: red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe ::error::fake | cell | ![x](http://x)%0AHint: red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe%0A::error::fake%0A| cell | ![x](http://x)
      ::notice title=day-06 · Connect a virtual network to the physical one::Not there yet: 1 claim fails.%0A0 of 1 claim holds · 0 of 2 points · 0.0 s
      "
    `)
    expect(output.trimEnd().split('\n')).toHaveLength(4)
  })

  it('adds a table to the step’s summary', async () => {
    expect(await summary(mixed('en'), '# Before\n')).toMatchInlineSnapshot(`
      "# Before
      ## day-06 · Connect a virtual network to the physical one

      Not there yet&#58; 1 claim fails, 2 unknown, 1 waits.  
      2 of 6 claims hold · 3 of 17 points · 2.3 s

      | Verdict | Claim | Points | What was seen |
      | --- | --- | --- | --- |
      | ✔ holds | Namespace ns1 on controller has 192.168.10.100/24 | 1/1 |  |
      | ✔ holds | The logical switch has a port for each namespace | 2/2 |  |
      | ✘ fails | The logical switch has a localnet port that names a physical network | 0/2 | switch ls0 has the ports ls0-ns1 and ls0-ns2; none of them is of type localnet |
      | ⋯ waits | ovn-controller joined br-int and the mapped bridge with a pair of patch ports, each the other’s peer, on both nodes | 0/2 | for “The logical switch has a localnet port that names a physical network” |
      | ? unknown | The ping is seen plain on eth2 | 0/10 | The capture on eth2 of hypervisor heard nothing, not even our own marker ping. |
      | ? unknown | No Geneve packet carries the ping on eth1 | 0/0 | This is a bug in the checker itself; it says nothing about your work.<br>TypeError&#58; rows is not iterable |

      "
    `)
    expect(await summary(all('zh-TW', 'holds'))).toMatchInlineSnapshot(`
      "## day-06 · 把虛擬網路接上實體網路

      每一項都成立。  
      6 項中有 6 項成立 · 17 分中得 17 分 · 0.8 秒

      | 判定 | 項目 | 分數 | 看到的情形 |
      | --- | --- | --- | --- |
      | ✔ 成立 | controller 上的 namespace ns1 有位址 192.168.10.100/24 | 1/1 |  |
      | ✔ 成立 | logical switch 上替每個 namespace 各準備了一個 port | 2/2 |  |
      | ✔ 成立 | logical switch 上有一個 localnet port，並指定了實體網路的名稱 | 2/2 |  |
      | ✔ 成立 | 兩個節點上的 ovn-controller 都已用一對互為 peer 的 patch port 連接 br-int 和 mapping 指定的 bridge | 2/2 |  |
      | ✔ 成立 | eth2 上看得到未經封裝的 ping | 10/10 |  |
      | ✔ 成立 | eth1 上沒有 Geneve 封包載著這個 ping | 0/0 |  |

      "
    `)
  })

  it('lets no answer of a machine become markup', async () => {
    expect(await summary(hostile('en'))).toMatchInlineSnapshot(`
      "## day-06 · Connect a virtual network to the physical one

      Not there yet&#58; 1 claim fails.  
      0 of 1 claim holds · 0 of 2 points · 0.0 s

      | Verdict | Claim | Points | What was seen |
      | --- | --- | --- | --- |
      | ✘ fails | The logical switch has a localnet port that names a physical network | 0/2 | red &#93;&#93;> &lt;/failure> &amp;amp; NUL  �half 😀 網路 gnp.exe<br>&#58;&#58;error&#58;&#58;fake<br>&#124; cell &#124; &#33;&#91;x&#93;&#40;http&#58;//x&#41; |

      "
    `)
  })

  it('says so when the summary cannot be written, and goes on', async () => {
    const output = await told(all('en', 'holds'), { GITHUB_STEP_SUMMARY: tmpdir() })
    expect(output.split('\n').at(-2)).toBe(
      '::warning title=day-06::The step summary could not be written (EISDIR).',
    )
  })
})
