import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { LANGS, type Lang, text } from '../core/text.ts'
import { widthOf } from './columns.ts'
import { drawHops } from './draw-hops.ts'
import { brokenTrail } from './trail.test-data.ts'

const drawn = (lang: Lang, { colour = false, widthColumns = 80, hops = brokenTrail.hops } = {}) =>
  drawHops(hops, { lang, colour, widthColumns }, { indent: 2, detailed: brokenTrail.broken })

describe('a drawn path', () => {
  it('is a line a hop, and what is broken with Saw, Where and Try', () => {
    expect(`\n${drawn('en').join('\n')}\n`).toMatchInlineSnapshot(`
      "
        ┌ ✔ hypervisor  ns2 sends by eth0  after 0.0 ms
        ├ ✔ hypervisor  veth-ns2-br in br-int
        │               ARP request for 192.168.10.100 · after 0.4 ms
        ├ ✘ hypervisor  br-int, logical switch ls0, from port ls0-ns2 to the localnet
        │               port ls0-localnet
        │               Saw       an ACL drops what ls0-ns2 sends: from-lport,
        │                         priority 1000, inport == "ls0-ns2" && ip4
        │               Where     controller · OVN_Northbound · ACL · match
        │               Try       sudo ovn-nbctl acl-list ls0   # on controller
        ├ ? controller  eth2  there is no tcpdump
        └ ⋯ controller  ns1 answers by eth0  not reached
      "
    `)
  })

  it('keeps its columns in Chinese', () => {
    expect(`\n${drawn('zh-TW').join('\n')}\n`).toMatchInlineSnapshot(`
      "
        ┌ ✔ hypervisor  ns2 從 eth0 送出  0.0 毫秒後
        ├ ✔ hypervisor  進入 br-int 的 veth-ns2-br
        │               詢問 192.168.10.100 的 ARP request · 0.4 毫秒後
        ├ ✘ hypervisor  br-int，logical switch ls0，從 port ls0-ns2 到 localnet port
        │               ls0-localnet
        │               看到  ACL 丟棄 ls0-ns2 送出的封包：from-lport，priority 1000，
        │                     inport == "ls0-ns2" && ip4
        │               位置  controller · OVN_Northbound · ACL · match
        │               試試  sudo ovn-nbctl acl-list ls0   # on controller
        ├ ? controller  eth2  沒有安裝 tcpdump
        └ ⋯ controller  ns1 從 eth0 回應  沒有到達
      "
    `)
  })

  it.each(LANGS)('is not wider than the screen, but for commands, in %s', lang => {
    for (const widthColumns of [40, 60, 80, 100])
      for (const line of drawn(lang, { widthColumns }))
        if (!line.includes('sudo')) expect(widthOf(line)).toBeLessThanOrEqual(widthColumns)
  })

  it.each(LANGS)('is the same without colour, in %s', lang => {
    const coloured = drawn(lang, { colour: true }).join('\n')
    expect(coloured).not.toBe(drawn(lang).join('\n'))
    expect(stripVTControlCharacters(coloured)).toBe(drawn(lang).join('\n'))
  })

  it('lets nothing a machine said move the cursor or begin a line', () => {
    const [first] = brokenTrail.hops
    const hostile = { ...first!, node: 'a\u001b[2J\nb', saw: text('x\r\ny', 'x\r\ny'), row: '\u202erow' }
    expect(drawn('en', { hops: [hostile] })).toEqual([
      '    ✔ a b  ns2 sends by eth0  x y · after 0.0 ms · row',
    ])
  })
})
