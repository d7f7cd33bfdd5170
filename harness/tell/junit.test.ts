import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { BadCall } from '../core/errors.ts'
import { LANGS } from '../core/text.ts'
import { junitTeller, junitXml } from './junit.ts'
import { all, followed, hostile, mixed } from './sample.test-data.ts'

const schema = readFileSync(new URL('junit.xsd', import.meta.url), 'utf8')
const startedAt = new Date('2026-11-22T08:30:15.250Z')
const problems = async (contents: string) =>
  (await validateXML({ xml: { fileName: 'report.xml', contents }, schema })).errors.map(
    ({ message }) => message,
  )

describe('junitXml', () => {
  it('keeps failure, error and skipped apart, points as suite properties', async () => {
    expect(await junitXml(mixed('en'), startedAt)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="day-06" tests="6" failures="1" errors="2">
        <testsuite name="day-06 · Two namespaces" timestamp="2026-11-22T08:30:15" time="0.012" tests="1" failures="0" errors="0" skipped="0">
          <properties>
            <property name="lesson" value="day-06"/>
            <property name="stage" value="namespaces"/>
            <property name="lab" value="embedded"/>
            <property name="lang" value="en"/>
            <property name="points" value="1"/>
            <property name="maxPoints" value="1"/>
          </properties>
          <testcase classname="day-06.namespaces" name="Namespace ns1 on controller has 192.168.10.100/24" time="0.012"/>
        </testsuite>
        <testsuite name="day-06 · From the logical switch to the physical network" timestamp="2026-11-22T08:30:15" time="2.017" tests="3" failures="1" errors="0" skipped="1">
          <properties>
            <property name="lesson" value="day-06"/>
            <property name="stage" value="localnet"/>
            <property name="lab" value="embedded"/>
            <property name="lang" value="en"/>
            <property name="points" value="2"/>
            <property name="maxPoints" value="6"/>
          </properties>
          <testcase classname="day-06.localnet" name="The logical switch has a port for each namespace" time="0.012"/>
          <testcase classname="day-06.localnet" name="The logical switch has a localnet port that names a physical network" time="2.005">
            <failure message="Expected: one port of type localnet on the switch that holds ns1 and ns2, with network_name in its options Saw: switch ls0 has the ports ls0-ns1 and ls0-ns2; none of them is of type localnet" type="fails"><![CDATA[Expected: one port of type localnet on the switch that holds ns1 and ns2, with network_name in its options
      Saw: switch ls0 has the ports ls0-ns1 and ls0-ns2; none of them is of type localnet
      Where: controller · OVN_Northbound · Logical_Switch_Port · type
      Try: npm run lab exec controller -- ovn-nbctl --columns=name,type,options find Logical_Switch_Port type=localnet
      Hint: The type and the network_name belong to the port, not to the switch.]]></failure>
          </testcase>
          <testcase classname="day-06.localnet" name="ovn-controller joined br-int and the mapped bridge with a pair of patch ports, each the other’s peer, on both nodes" time="0">
            <skipped/>
            <system-out><![CDATA[for “The logical switch has a localnet port that names a physical network”]]></system-out>
          </testcase>
        </testsuite>
        <testsuite name="day-06 · What the wire carries" timestamp="2026-11-22T08:30:15" time="1.503" tests="2" failures="0" errors="2" skipped="0">
          <properties>
            <property name="lesson" value="day-06"/>
            <property name="stage" value="wire"/>
            <property name="lab" value="embedded"/>
            <property name="lang" value="en"/>
            <property name="points" value="0"/>
            <property name="maxPoints" value="10"/>
          </properties>
          <testcase classname="day-06.wire" name="The ping is seen plain on eth2" time="1.5">
            <error message="Why: The capture on eth2 of hypervisor heard nothing, not even our own marker ping." type="unknown"><![CDATA[Why: The capture on eth2 of hypervisor heard nothing, not even our own marker ping.
      Where: hypervisor · eth2
      Try: npm run lab exec hypervisor -- ip link show eth2]]></error>
          </testcase>
          <testcase classname="day-06.wire" name="No Geneve packet carries the ping on eth1" time="0.003">
            <error message="Why: This is a bug in the checker itself; it says nothing about your work. Saw: TypeError: rows is not iterable" type="defect"><![CDATA[Why: This is a bug in the checker itself; it says nothing about your work.
      Saw: TypeError: rows is not iterable
      Report: Check again with --json FILE, and report the bug with that file to the project that gave you ovn-lab.

      TypeError: rows is not iterable
          at proof (lessons/day-06/check.ts:20:5)]]></error>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `)
  })

  it('tells the path of a packet that did not arrive, and that no machine was looked at', async () => {
    const xml = await junitXml(followed('en'), startedAt)
    expect(await problems(xml)).toEqual([])
    expect(xml).toContain('<property name="recorded" value="2026-11-22T21:17:00.000Z"/>')
    expect(/<system-out><!\[CDATA\[([^\]]*)/.exec(xml)?.[1]?.split('\n')).toEqual([
      '✔ hypervisor · ns2 sends by eth0 · after 0.0 ms',
      '✔ hypervisor · veth-ns2-br in br-int · ARP request for 192.168.10.100 · after 0.4 ms',
      '✘ hypervisor · br-int, logical switch ls0, from port ls0-ns2 to the localnet port ls0-localnet · an ACL drops what ls0-ns2 sends: from-lport, priority 1000, inport == "ls0-ns2" && ip4 · ACL 62850693',
      '? controller · eth2 · there is no tcpdump',
      '⋯ controller · ns1 answers by eth0 · not reached',
    ])
  })

  it('is in the language of the check', async () => {
    expect(await junitXml(mixed('zh-TW'), startedAt)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="day-06" tests="6" failures="1" errors="2">
        <testsuite name="day-06 · 兩個 namespace" timestamp="2026-11-22T08:30:15" time="0.012" tests="1" failures="0" errors="0" skipped="0">
          <properties>
            <property name="lesson" value="day-06"/>
            <property name="stage" value="namespaces"/>
            <property name="lab" value="embedded"/>
            <property name="lang" value="zh-TW"/>
            <property name="points" value="1"/>
            <property name="maxPoints" value="1"/>
          </properties>
          <testcase classname="day-06.namespaces" name="controller 上的 namespace ns1 有位址 192.168.10.100/24" time="0.012"/>
        </testsuite>
        <testsuite name="day-06 · 從 logical switch 接到實體網路" timestamp="2026-11-22T08:30:15" time="2.017" tests="3" failures="1" errors="0" skipped="1">
          <properties>
            <property name="lesson" value="day-06"/>
            <property name="stage" value="localnet"/>
            <property name="lab" value="embedded"/>
            <property name="lang" value="zh-TW"/>
            <property name="points" value="2"/>
            <property name="maxPoints" value="6"/>
          </properties>
          <testcase classname="day-06.localnet" name="logical switch 上替每個 namespace 各準備了一個 port" time="0.012"/>
          <testcase classname="day-06.localnet" name="logical switch 上有一個 localnet port，並指定了實體網路的名稱" time="2.005">
            <failure message="預期：ns1 和 ns2 所在的 switch 上有一個 type 為 localnet 的 port，而且 options 裡有 network_name 看到：switch ls0 上有 ls0-ns1 和 ls0-ns2 兩個 port，沒有任何一個的 type 是 localnet" type="fails"><![CDATA[預期：ns1 和 ns2 所在的 switch 上有一個 type 為 localnet 的 port，而且 options 裡有 network_name
      看到：switch ls0 上有 ls0-ns1 和 ls0-ns2 兩個 port，沒有任何一個的 type 是 localnet
      位置：controller · OVN_Northbound · Logical_Switch_Port · type
      試試：npm run lab exec controller -- ovn-nbctl --columns=name,type,options find Logical_Switch_Port type=localnet
      提示：type 和 network_name 屬於 port，不屬於 switch。]]></failure>
          </testcase>
          <testcase classname="day-06.localnet" name="兩個節點上的 ovn-controller 都已用一對互為 peer 的 patch port 連接 br-int 和 mapping 指定的 bridge" time="0">
            <skipped/>
            <system-out><![CDATA[等待「logical switch 上有一個 localnet port，並指定了實體網路的名稱」成立]]></system-out>
          </testcase>
        </testsuite>
        <testsuite name="day-06 · 線上傳的是什麼" timestamp="2026-11-22T08:30:15" time="1.503" tests="2" failures="0" errors="2" skipped="0">
          <properties>
            <property name="lesson" value="day-06"/>
            <property name="stage" value="wire"/>
            <property name="lab" value="embedded"/>
            <property name="lang" value="zh-TW"/>
            <property name="points" value="0"/>
            <property name="maxPoints" value="10"/>
          </properties>
          <testcase classname="day-06.wire" name="eth2 上看得到未經封裝的 ping" time="1.5">
            <error message="原因：在 hypervisor 的 eth2 上什麼都沒擷取到，連檢查程式自己的標記封包也沒有。" type="unknown"><![CDATA[原因：在 hypervisor 的 eth2 上什麼都沒擷取到，連檢查程式自己的標記封包也沒有。
      位置：hypervisor · eth2
      試試：npm run lab exec hypervisor -- ip link show eth2]]></error>
          </testcase>
          <testcase classname="day-06.wire" name="eth1 上沒有 Geneve 封包載著這個 ping" time="0.003">
            <error message="原因：這是檢查程式本身的 bug，不代表你做錯了什麼。 看到：TypeError: rows is not iterable" type="defect"><![CDATA[原因：這是檢查程式本身的 bug，不代表你做錯了什麼。
      看到：TypeError: rows is not iterable
      回報：請加上 --json FILE 再檢查一次，附上該檔，向提供 ovn-lab 的專案回報。

      TypeError: rows is not iterable
          at proof (lessons/day-06/check.ts:20:5)]]></error>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `)
  })

  it.each(LANGS)('is valid in %s, for every verdict', async lang => {
    for (const closing of [mixed(lang), all(lang, 'holds'), all(lang, 'unknown'), all(lang, 'bug')])
      expect(await problems(await junitXml(closing, startedAt))).toEqual([])
  })

  it('stays valid whatever a machine answered', async () => {
    const report = await junitXml(hostile('en', 'x'.repeat(10_000_000)), startedAt)
    expect(await problems(report)).toEqual([])
    expect(report.length).toBeLessThan(12_000)
    expect(await junitXml(hostile('en'), startedAt)).toMatchInlineSnapshot(`
      "<?xml version="1.0" encoding="UTF-8"?>
      <testsuites name="day-06" tests="1" failures="1" errors="0">
        <testsuite name="day-06 · From the logical switch to the physical network" timestamp="2026-11-22T08:30:15" time="0.001" tests="1" failures="1" errors="0" skipped="0">
          <properties>
            <property name="lesson" value="day-06"/>
            <property name="stage" value="localnet"/>
            <property name="lab" value="red ]]> &lt;/failure> &amp;amp; NUL  �half 😀 網路 gnp.exe ::error::fake | cell | ![x](http://x)"/>
            <property name="lang" value="en"/>
            <property name="points" value="0"/>
            <property name="maxPoints" value="2"/>
          </properties>
          <testcase classname="day-06.localnet" name="The logical switch has a localnet port that names a physical network" time="0.001">
            <failure message="Expected: red ]]> &lt;/failure> &amp;amp; NUL  �half 😀 網路 gnp.exe ::error::fake | cell | ![x](http://x) Saw: red ]]> &lt;/failure> &amp;amp; NUL  �half 😀 網路 gnp.exe ::error::fake | cell | ![x](http://x)" type="fails"><![CDATA[Expected: red ]]]]><![CDATA[> </failure> &amp; NUL  �half 😀 網路 gnp.exe
      ::error::fake
      | cell | ![x](http://x)
      Saw: red ]]]]><![CDATA[> </failure> &amp; NUL  �half 😀 網路 gnp.exe
      ::error::fake
      | cell | ![x](http://x)
      Where: red ]]]]><![CDATA[> </failure> &amp; NUL  �half 😀 網路 gnp.exe ::error::fake | cell | ![x](http://x)
      Try: red ]]]]><![CDATA[> </failure> &amp; NUL  �half 😀 網路 gnp.exe ::error::fake | cell | ![x](http://x)
      Hint: red ]]]]><![CDATA[> </failure> &amp; NUL  �half 😀 網路 gnp.exe
      ::error::fake
      | cell | ![x](http://x)]]></failure>
          </testcase>
        </testsuite>
      </testsuites>
      "
    `)
  })

  it('would not be valid as the library alone writes it', async () => {
    const report = await junitXml(mixed('en'), startedAt)
    expect(await problems(report.replace('errors="2">', 'errors="2" skipped="1">'))).toEqual([
      "Schemas validity error : Element 'testsuites', attribute 'skipped': The attribute 'skipped' is not allowed.",
    ])
    expect((await problems(report.replace('</testsuites>', ''))).length).toBeGreaterThan(0)
  })
})

describe('junitTeller', () => {
  it('writes the report at the closing, with the time of the opening', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'junit-'))
    try {
      const file = join(folder, 'report.xml')
      const teller = junitTeller(file, () => startedAt)
      teller.opening?.(mixed('en'))
      await teller.closing(mixed('en'))
      expect(readFileSync(file, 'utf8')).toBe(await junitXml(mixed('en'), startedAt))
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it.runIf(process.platform === 'linux')('rejects with one sentence where the disk is full', async () => {
    await expect(junitTeller('/dev/full').closing(mixed('en'))).rejects.toThrow(BadCall)
  })
})
