import { CannotLook } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { hostAndPort, sshCommandLine } from './address.ts'
import { shellQuote } from './root-shell.ts'

/*
 * Why a node could not be reached or logged in to: one sentence for each cause, in one place, so that two
 * causes never read alike. Host keys are in host-key-reasons.ts; what fails on a connection that stands is in
 * run-reasons.ts.
 */

/** The step a connection was in when it ended. */
export type Step = 'transport' | 'banner' | 'key exchange' | 'authentication'

const withCause = (where: string, help: string, cause: unknown) => ({ where, help, cause })
const debugCommand = (address: NodeAddress): string => sshCommandLine(address, ['-v'])

/** A TCP connection that was not made; `code` is Node's (errno(3) names, or of getaddrinfo(3)). */
export function noTcp(node: string, address: NodeAddress, code = '', cause?: unknown): CannotLook {
  const at = hostAndPort(address)
  const reason: Record<string, Text> = {
    ECONNREFUSED: text(
      `${node}: ${at} refuses connections: the machine is up but no sshd listens there`,
      `${node}：${at} 拒絕連線：機器已開機，但那裡沒有 sshd 在監聽`,
    ),
    EHOSTUNREACH: text(
      `${node}: ${at} cannot be reached: the machine is off or not on this network`,
      `${node}：連不到 ${at}：機器沒有開機，或不在這個網路上`,
    ),
    ENETUNREACH: text(`${node}: this computer has no route to ${at}`, `${node}：這台電腦沒有到 ${at} 的路由`),
    ENOTFOUND: text(
      `${node}: the host name ${address.host} is unknown`,
      `${node}：查不到主機名稱 ${address.host}`,
    ),
  }
  reason.EAI_AGAIN = text(
    `${node}: the name server does not answer for ${address.host}`,
    `${node}：DNS 伺服器沒有回應 ${address.host} 的查詢`,
  )
  const other = text(
    `${node}: no connection to ${at} (${code || 'unknown cause'})`,
    `${node}：無法連線到 ${at}（${code || '原因不明'}）`,
  )
  return new CannotLook(reason[code] ?? other, withCause(node, 'npm run lab status', cause))
}

/** A step that was not done when the time for connecting was over. */
export function tooSlow(node: string, address: NodeAddress, step: Step, deadlineMs: number): CannotLook {
  const at = hostAndPort(address)
  const reason: Record<Step, Text> = {
    transport: text(
      `${node}: ${at} did not answer within ${deadlineMs} ms: the machine is off, or a firewall drops the packets`,
      `${node}：${at} 在 ${deadlineMs} 毫秒內沒有回應：機器沒有開機，或防火牆丟棄了封包`,
    ),
    banner: text(
      `${node}: ${at} accepted the connection but sent no SSH banner within ${deadlineMs} ms: the machine or its sshd hangs`,
      `${node}：${at} 接受了連線，但 ${deadlineMs} 毫秒內沒有送出 SSH banner：機器或它的 sshd 卡住了`,
    ),
    'key exchange': text(
      `${node}: sshd on ${at} sent its banner and then nothing more within ${deadlineMs} ms: it hangs`,
      `${node}：${at} 的 sshd 送出 banner 後，${deadlineMs} 毫秒內再也沒有回應：它卡住了`,
    ),
    authentication: text(
      `${node}: sshd on ${at} did not finish the login of ${address.user} within ${deadlineMs} ms`,
      `${node}：${at} 的 sshd 在 ${deadlineMs} 毫秒內沒有完成 ${address.user} 的登入`,
    ),
  }
  const help = step === 'transport' ? 'npm run lab status' : debugCommand(address)
  return new CannotLook(reason[step], { where: node, help })
}

/** Nobody spoke on a connection that was accepted. A busy sshd drops some of those that come, and takes the next (sshd_config(5), MaxStartups). */
export class NothingSaid extends CannotLook {}

/** The other side ended the connection, or it broke, before we were logged in. */
export function endedEarly(node: string, address: NodeAddress, step: Step, cause: unknown): CannotLook {
  const at = hostAndPort(address)
  const why = cause instanceof Error ? cause.message : 'closed by the other side'
  const reason: Record<Step, Text> = {
    transport: text(`${node}: no connection to ${at} (${why})`, `${node}：無法連線到 ${at}（${why}）`),
    banner: text(
      `${node}: ${at} closed the connection before any SSH banner: sshd is overloaded, blocks this computer, or is not an sshd`,
      `${node}：${at} 在送出 SSH banner 之前就關閉了連線：sshd 太忙、擋住了這台電腦，或那根本不是 sshd`,
    ),
    'key exchange': text(
      `${node}: the connection to ${at} ended during the SSH key exchange (${why})`,
      `${node}：和 ${at} 協商 SSH 金鑰時連線結束（${why}）`,
    ),
    authentication: text(
      `${node}: the connection to ${at} ended during the login of ${address.user} (${why})`,
      `${node}：${address.user} 登入 ${at} 時連線結束（${why}）`,
    ),
  }
  const Kind = step === 'banner' ? NothingSaid : CannotLook
  return new Kind(reason[step], withCause(node, debugCommand(address), cause))
}

/** sshd accepted none of our keys. `tried`: what they were. */
export const loginRefused = (node: string, address: NodeAddress, tried: string[]): CannotLook =>
  new CannotLook(
    text(
      `${node}: ${hostAndPort(address)} does not let ${address.user} in with ${tried.join(', ')}`,
      `${node}：${hostAndPort(address)} 不讓 ${address.user} 用 ${tried.join('、')} 登入`,
    ),
    { where: node, help: debugCommand(address) },
  )

/** A proxy command that could not be started, or ended; `words`: the end of its standard error. */
export function proxyFailed(
  node: string,
  argv: string[],
  end: { code: number | null; words: string; isMissing: boolean; statusCommand: string | undefined },
): CannotLook {
  const command = argv.map(shellQuote).join(' ')
  const said = end.words ? `: ${end.words}` : ''
  // The carrier itself is well: it found nobody at the other end.
  if (end.code === 0 && end.statusCommand)
    return new NothingSaid(
      text(
        `${node}: it does not answer over ssh; it is off, or its sshd is stopped`,
        `${node}：ssh 沒有回應，可能沒有開機，或 sshd 停了`,
      ),
      { where: node, help: end.statusCommand },
    )
  const reason = end.isMissing
    ? text(
        `${node}: the proxy command cannot be started, there is no program ${argv[0]}`,
        `${node}：無法啟動 proxy 指令，沒有 ${argv[0]} 這個程式`,
      )
    : text(
        `${node}: the proxy command ${command} ended with code ${end.code ?? 'none'}${said}`,
        `${node}：proxy 指令 ${command} 以代碼 ${end.code ?? '無'} 結束${said}`,
      )
  const Kind = end.code === 0 ? NothingSaid : CannotLook
  return new Kind(reason, { where: node, help: command })
}

/** A jump host that could not reach the node. */
export const jumpFailed = (node: string, address: NodeAddress, jump: NodeAddress, cause: Error): CannotLook =>
  new CannotLook(
    text(
      `${node}: the jump host ${jump.host} cannot reach ${hostAndPort(address)} (${cause.message})`,
      `${node}：跳板主機 ${jump.host} 無法連到 ${hostAndPort(address)}（${cause.message}）`,
    ),
    withCause(node, debugCommand(address), cause),
  )

/** Whoever wanted the connection has gone before it was there. */
export const nobodyWaits = (node: string): CannotLook =>
  new CannotLook(
    text(`${node}: the connection was not waited for any more`, `${node}：已經不再等待這條連線`),
    { where: node },
  )
