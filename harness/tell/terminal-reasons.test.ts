import { describe, expect, it } from 'vitest'
import { all, hostile, lesson, mixed } from './sample.test-data.ts'
import { lastLines, screen } from './screen.testing.ts'
import type { Closing } from './teller.ts'
import { terminalTeller } from './terminal.ts'

describe('terminalTeller, from the header to what is next', () => {
  it('prints the header before any claim', () => {
    let output = ''
    const write = (text: string) => {
      output += text
    }
    terminalTeller({ write, lang: 'en', colour: false, widthColumns: 80 }).opening?.(mixed('en'))
    expect(output).toBe('\n  Connect a virtual network to the physical one\n  day-06 · lab embedded\n')
  })

  it('tells one reason for many unknown claims once', () => {
    expect(screen(all('en', 'unknown'))).toMatchInlineSnapshot(`
      "
        Connect a virtual network to the physical one
        day-06 · lab embedded

        1 Two namespaces
        ? unknown  Namespace ns1 on controller has 192.168.10.100/24               0/1
                   Why       The capture on eth2 of hypervisor heard nothing, not even
                             our own marker ping.
                   Where     hypervisor · eth2
                   Try       npm run lab exec hypervisor -- ip link show eth2

        2 From the logical switch to the physical network
        ? unknown  The logical switch has a port for each namespace                0/2
                   same reason as above
        ? unknown  The logical switch has a localnet port that names a physical    0/2
                   network
                   same reason as above
        ? unknown  ovn-controller joined br-int and the mapped bridge with a       0/2
                   pair of patch ports, each the other’s peer, on both nodes
                   same reason as above

        3 What the wire carries
        ? unknown  The ping is seen plain on eth2                                 0/10
                   same reason as above
        ? unknown  No Geneve packet carries the ping on eth1
                   same reason as above

        0 of 6 claims hold · 0 of 17 points · 0.8 s
        ? No verdict yet: 6 claims are unknown. This says nothing about your work.
          First make the lab answer: see Why below “Namespace ns1 on controller has
          192.168.10.100/24”, then check again:
          npm run check day-06

      "
    `)
    expect(screen(all('zh-TW', 'bug'))).toMatchInlineSnapshot(`
      "
        把虛擬網路接上實體網路
        day-06 · 實驗環境 embedded

        1 兩個 namespace
        ? 無法查看  controller 上的 namespace ns1 有位址 192.168.10.100/24         0/1
                    原因  這是檢查程式本身的 bug，不代表你做錯了什麼。
                    看到  TypeError: rows is not iterable
                    回報  請加上 --json FILE 再檢查一次，附上該檔，向提供 ovn-lab 的
                          專案回報。

        2 從 logical switch 接到實體網路
        ? 無法查看  logical switch 上替每個 namespace 各準備了一個 port            0/2
                    原因同上
        ? 無法查看  logical switch 上有一個 localnet port，並指定了實體網路的      0/2
                    名稱
                    原因同上
        ? 無法查看  兩個節點上的 ovn-controller 都已用一對互為 peer 的 patch       0/2
                    port 連接 br-int 和 mapping 指定的 bridge
                    原因同上

        3 線上傳的是什麼
        ? 無法查看  eth2 上看得到未經封裝的 ping                                  0/10
                    原因同上
        ? 無法查看  eth1 上沒有 Geneve 封包載著這個 ping
                    原因同上

        6 項中有 0 項成立 · 17 分中得 0 分 · 0.8 秒
        ? 還無法判定：6 項無法查看。這不代表你做錯了什麼。
          請回報上面指出的 bug；你不需要在實驗環境裡做任何修改。

      "
    `)
  })

  it('points back to a reason told further up', () => {
    const closing = mixed('en')
    const [seen, other] = closing.stages[2]?.claims ?? []
    if (!seen || !other) throw new Error('the sample’s last stage has two claims')
    closing.stages[2]?.claims.push({ ...other, judgement: seen.judgement })
    expect(screen(closing)).toContain(
      '  ? unknown  No Geneve packet carries the ping on eth1\n' +
        '             same reason as for “The ping is seen plain on eth2”\n',
    )
  })

  it('ends with what is next when all holds', () => {
    expect(lastLines(screen(all('en', 'holds')), 4)).toMatchInlineSnapshot(`
      "
        6 of 6 claims hold · 17 of 17 points · 0.8 s
        ✔ Every claim holds.
          This lesson is complete."
    `)
    expect(lastLines(screen(all('zh-TW', 'holds')), 4)).toMatchInlineSnapshot(`
      "
        6 項中有 6 項成立 · 17 分中得 17 分 · 0.8 秒
        ✔ 每一項都成立。
          這一課完成了。"
    `)
  })

  it('ends with the next stage when only some were checked', () => {
    const output = screen(all('en', 'holds', lesson.stages.slice(0, 1)))
    expect(lastLines(output, 3)).toMatchInlineSnapshot(`
      "  1 of 1 claim holds · 1 of 1 point · 0.8 s
        ✔ Every claim that was checked holds.
          Continue with stage 2, “From the logical switch to the physical network”."
    `)
  })

  it('ends with the claim that fails elsewhere when only a stage that waits was checked', () => {
    const [, stage] = lesson.stages
    const [claim] = stage!.claims
    const closing = (lang: 'en' | 'zh-TW'): Closing => ({
      ...all(lang, 'waits', lesson.stages.slice(2)),
      elsewhere: { stage: stage!, claim: claim! },
    })
    expect(lastLines(screen(closing('en')), 2)).toMatchInlineSnapshot(`
      "    Start with stage 2, “From the logical switch to the physical network”: “The
          logical switch has a port for each namespace” fails."
    `)
    expect(lastLines(screen(closing('zh-TW')), 2)).toMatchInlineSnapshot(`
      "    請先處理第 2 個階段「從 logical switch 接到實體網路」：「logical switch 上替
          每個 namespace 各準備了一個 port」不成立。"
    `)
  })

  it('asks for a report where nothing but a defect of ours is left', () => {
    expect(lastLines(screen(all('en', 'bug')), 1)).toContain('Please report the bug named above.')
  })

  it('repeats the check with the flags it was called with', () => {
    const again = 'npx ovn-lab check day-06 --lab b'
    expect(screen(mixed('en'), { again }).trimEnd().endsWith(`\n    ${again}`)).toBe(true)
  })

  it('shows a machine’s answer, however hostile, as text in its place', () => {
    expect(screen(hostile('en'))).toMatchInlineSnapshot(`
      "
        Connect a virtual network to the physical one
        day-06 · lab red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe ::error::fake
        | cell | ![x](http://x)

        2 From the logical switch to the physical network
        ✘ fails    The logical switch has a localnet port that names a physical    0/2
                   network
                   Expected  red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe
                             ::error::fake
                             | cell | ![x](http://x)
                   Saw       red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe
                             ::error::fake
                             | cell | ![x](http://x)
                   Where     red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe
                             ::error::fake | cell | ![x](http://x)
                   Try       red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe ::error::fake | cell | ![x](http://x)
                   Hint      red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe
                             ::error::fake
                             | cell | ![x](http://x)

        0 of 1 claim holds · 0 of 2 points · 0.0 s
        ✘ Not there yet: 1 claim fails.
          First broken link: red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe
          ::error::fake | cell | ![x](http://x)
          Start with “The logical switch has a localnet port that names a physical
          network”, then check again:
          npm run check day-06

      "
    `)
    expect(screen(hostile('zh-TW'))).toMatchInlineSnapshot(`
      "
        把虛擬網路接上實體網路
        day-06 · 實驗環境 red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe
        ::error::fake | cell | ![x](http://x)

        2 從 logical switch 接到實體網路
        ✘ 不成立    logical switch 上有一個 localnet port，並指定了實體網路的      0/2
                    名稱
                    預期  red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe
                          ::error::fake
                          | cell | ![x](http://x)
                    看到  red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe
                          ::error::fake
                          | cell | ![x](http://x)
                    位置  red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe
                          ::error::fake | cell | ![x](http://x)
                    試試  red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe ::error::fake | cell | ![x](http://x)
                    提示  red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe
                          ::error::fake
                          | cell | ![x](http://x)

        1 項中有 0 項成立 · 2 分中得 0 分 · 0.0 秒
        ✘ 還沒完成：1 項不成立。
          第一個斷掉的環節：red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe
          ::error::fake | cell | ![x](http://x)
          先處理「logical switch 上有一個 localnet port，並指定了實體網路的名稱」，再
          檢查一次：
          npm run check day-06

      "
    `)
  })

  it('shows no more of a 10 MB line than the screen bears', () => {
    const output = screen(hostile('zh-TW', 'x'.repeat(10_000_000)))
    expect(output.length).toBeLessThan(6000)
    expect(output.replaceAll(/\n +/g, '')).toMatch(/x…（另有 ?9999288 ?個字元未顯示）/)
  })
})
