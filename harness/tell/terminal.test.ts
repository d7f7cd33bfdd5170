import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { LANGS } from '../core/text.ts'
import { widthOf } from './columns.ts'
import { followed, mixed } from './sample.test-data.ts'
import { screen } from './screen.testing.ts'

describe('terminalTeller', () => {
  it('says above everything else that a verdict is from a recording', () => {
    expect(screen(followed('en')).split('\n').slice(1, 4)).toEqual([
      '  Connect a virtual network to the physical one',
      '  day-06 · lab embedded',
      '  Judged from a recording of 2026-11-22 21:17 UTC: no machine was inspected.',
    ])
    expect(screen(followed('zh-TW'))).toContain(
      '依據錄下的內容（2026-11-22 21:17 UTC）判定，沒有查看任何機器。',
    )
    expect(screen(mixed('en'))).not.toContain('recording')
  })

  it('draws the path of a packet that did not arrive, where that is asked for', () => {
    expect(screen(followed('en'))).not.toContain('veth-ns2-br')
    expect(screen(followed('en'), { explain: true })).toContain('┌ ✔ hypervisor  ns2 sends by eth0')
  })

  it('tells all four verdicts and a defect of ours, in English', () => {
    expect(screen(mixed('en'))).toMatchInlineSnapshot(`
      "
        Connect a virtual network to the physical one
        day-06 · lab embedded

        1 Two namespaces
        ✔ holds    Namespace ns1 on controller has 192.168.10.100/24               1/1

        2 From the logical switch to the physical network
        ✔ holds    The logical switch has a port for each namespace                2/2
        ✘ fails    The logical switch has a localnet port that names a physical    0/2
                   network
                   Expected  one port of type localnet on the switch that holds ns1
                             and ns2, with network_name in its options
                   Saw       switch ls0 has the ports ls0-ns1 and ls0-ns2; none of
                             them is of type localnet
                   Where     controller · OVN_Northbound · Logical_Switch_Port · type
                   Try       npm run lab exec controller -- ovn-nbctl --columns=name,type,options find Logical_Switch_Port type=localnet
                   Hint      The type and the network_name belong to the port, not to
                             the switch.

        ⋯ waits    ovn-controller joined br-int and the mapped bridge with a       0/2
                   pair of patch ports, each the other’s peer, on both nodes
                   for “The logical switch has a localnet port that names a physical
                   network”

        3 What the wire carries
        ? unknown  The ping is seen plain on eth2                                 0/10
                   Why       The capture on eth2 of hypervisor heard nothing, not even
                             our own marker ping.
                   Where     hypervisor · eth2
                   Try       npm run lab exec hypervisor -- ip link show eth2

        ? unknown  No Geneve packet carries the ping on eth1
                   Why       This is a bug in the checker itself; it says nothing
                             about your work.
                   Saw       TypeError: rows is not iterable
                   Report    Check again with --json FILE, and report the bug with
                             that file to the project that gave you ovn-lab.

        2 of 6 claims hold · 3 of 17 points · 2.3 s
        ✘ Not there yet: 1 claim fails, 2 unknown, 1 waits.
          First broken link: controller · OVN_Northbound · Logical_Switch_Port · type
          Start with “The logical switch has a localnet port that names a physical
          network”, then check again:
          npm run check day-06

      "
    `)
  })

  it('tells the same in Chinese, aligned', () => {
    expect(screen(mixed('zh-TW'))).toMatchInlineSnapshot(`
      "
        把虛擬網路接上實體網路
        day-06 · 實驗環境 embedded

        1 兩個 namespace
        ✔ 成立      controller 上的 namespace ns1 有位址 192.168.10.100/24         1/1

        2 從 logical switch 接到實體網路
        ✔ 成立      logical switch 上替每個 namespace 各準備了一個 port            2/2
        ✘ 不成立    logical switch 上有一個 localnet port，並指定了實體網路的      0/2
                    名稱
                    預期  ns1 和 ns2 所在的 switch 上有一個 type 為 localnet 的 port，
                          而且 options 裡有 network_name
                    看到  switch ls0 上有 ls0-ns1 和 ls0-ns2 兩個 port，沒有任何一個的
                          type 是 localnet
                    位置  controller · OVN_Northbound · Logical_Switch_Port · type
                    試試  npm run lab exec controller -- ovn-nbctl --columns=name,type,options find Logical_Switch_Port type=localnet
                    提示  type 和 network_name 屬於 port，不屬於 switch。

        ⋯ 等待中    兩個節點上的 ovn-controller 都已用一對互為 peer 的 patch       0/2
                    port 連接 br-int 和 mapping 指定的 bridge
                    等待「logical switch 上有一個 localnet port，並指定了實體網路的
                    名稱」成立

        3 線上傳的是什麼
        ? 無法查看  eth2 上看得到未經封裝的 ping                                  0/10
                    原因  在 hypervisor 的 eth2 上什麼都沒擷取到，連檢查程式自己的標記
                          封包也沒有。
                    位置  hypervisor · eth2
                    試試  npm run lab exec hypervisor -- ip link show eth2

        ? 無法查看  eth1 上沒有 Geneve 封包載著這個 ping
                    原因  這是檢查程式本身的 bug，不代表你做錯了什麼。
                    看到  TypeError: rows is not iterable
                    回報  請加上 --json FILE 再檢查一次，附上該檔，向提供 ovn-lab 的
                          專案回報。

        6 項中有 2 項成立 · 17 分中得 3 分 · 2.3 秒
        ✘ 還沒完成：1 項不成立，2 項無法查看，1 項等待中。
          第一個斷掉的環節：controller · OVN_Northbound · Logical_Switch_Port · type
          先處理「logical switch 上有一個 localnet port，並指定了實體網路的名稱」，再
          檢查一次：
          npm run check day-06

      "
    `)
  })

  it('makes no line longer than 100 columns on a wide terminal', () => {
    expect(screen(mixed('en'), { widthColumns: 200 })).toMatchInlineSnapshot(`
      "
        Connect a virtual network to the physical one
        day-06 · lab embedded

        1 Two namespaces
        ✔ holds    Namespace ns1 on controller has 192.168.10.100/24                                   1/1

        2 From the logical switch to the physical network
        ✔ holds    The logical switch has a port for each namespace                                    2/2
        ✘ fails    The logical switch has a localnet port that names a physical network                0/2
                   Expected  one port of type localnet on the switch that holds ns1 and ns2, with
                             network_name in its options
                   Saw       switch ls0 has the ports ls0-ns1 and ls0-ns2; none of them is of type
                             localnet
                   Where     controller · OVN_Northbound · Logical_Switch_Port · type
                   Try       npm run lab exec controller -- ovn-nbctl --columns=name,type,options find Logical_Switch_Port type=localnet
                   Hint      The type and the network_name belong to the port, not to the switch.

        ⋯ waits    ovn-controller joined br-int and the mapped bridge with a pair of patch ports,      0/2
                   each the other’s peer, on both nodes
                   for “The logical switch has a localnet port that names a physical network”

        3 What the wire carries
        ? unknown  The ping is seen plain on eth2                                                     0/10
                   Why       The capture on eth2 of hypervisor heard nothing, not even our own marker
                             ping.
                   Where     hypervisor · eth2
                   Try       npm run lab exec hypervisor -- ip link show eth2

        ? unknown  No Geneve packet carries the ping on eth1
                   Why       This is a bug in the checker itself; it says nothing about your work.
                   Saw       TypeError: rows is not iterable
                   Report    Check again with --json FILE, and report the bug with that file to the
                             project that gave you ovn-lab.

        2 of 6 claims hold · 3 of 17 points · 2.3 s
        ✘ Not there yet: 1 claim fails, 2 unknown, 1 waits.
          First broken link: controller · OVN_Northbound · Logical_Switch_Port · type
          Start with “The logical switch has a localnet port that names a physical network”, then check
          again:
          npm run check day-06

      "
    `)
  })

  it.each(LANGS)('keeps every line but the commands within the terminal, in %s', lang => {
    for (const widthColumns of [40, 60, 80, 100])
      for (const line of screen(mixed(lang), { widthColumns }).split('\n'))
        if (!line.includes('npm run')) expect(widthOf(line)).toBeLessThanOrEqual(widthColumns)
  })

  it('keeps a command on one line, however long', () => {
    const command = mixed('en').stages[1]?.claims[1]?.judgement.try ?? 'none'
    expect(screen(mixed('en'), { widthColumns: 40 })).toContain(`  ${command}\n`)
  })

  it('says the same with colour as without', () => {
    for (const lang of LANGS)
      expect(stripVTControlCharacters(screen(mixed(lang), { colour: true }))).toBe(screen(mixed(lang)))
    expect(screen(mixed('en'), { colour: true })).toContain('\u001b[31m✘ fails  \u001b[39m')
  })
})
