import type { Trail } from '../core/hop.ts'
import { type Text, text } from '../core/text.ts'
import { inSeconds } from './wording.ts'

/** What became of a packet. `where`: the place of the first broken hop. */
export function trailLine(
  { from, to, verdict, answered, durationMs }: Omit<Trail, 'hops' | 'broken'>,
  where: string | undefined,
): Text {
  const seconds = inSeconds(durationMs)
  if (verdict === 'reached')
    return text(`${to} answers ${from} · ${seconds} s`, `${to} 有回應 ${from} · ${seconds} 秒`)
  if (verdict === 'unknown')
    return text(
      `It is unknown whether ${to} answers ${from}. This says nothing about your network. · ${seconds} s`,
      `無法得知 ${to} 是否回應 ${from}，這不代表你的網路有問題。· ${seconds} 秒`,
    )
  const [at, atZh] = where === undefined ? ['', ''] : [`: ${where}`, `：${where}`]
  const said = {
    none: text(`${to} does not answer ${from}.`, `${to} 沒有回應 ${from}。`),
    small: text(`${to} answers only small packets from ${from}.`, `${to} 只回應 ${from} 的小封包。`),
    some: text(`${to} answers only some packets from ${from}.`, `${to} 只回應 ${from} 的部分封包。`),
    all: text(`${to} answers ${from}, but not as it should.`, `${to} 有回應 ${from}，但方式不對。`),
  }[answered ?? 'none']
  return text(
    `${said.en} First broken link${at} · ${seconds} s`,
    `${said['zh-TW']}第一個斷掉的環節${atZh} · ${seconds} 秒`,
  )
}
