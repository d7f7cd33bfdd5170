import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { sshCommandLine } from './address.ts'
import type { Exit } from './machine.ts'
import { NEW_KEYS_MAX, NEW_KEYS_MS } from './new-keys.ts'
import { lastLineOf } from './tail.ts'

/* Why something could not be run on a node whose connection stood: one sentence for each cause. */

const STATUS = 'npm run lab status'

/** The connection ended or was lost while something ran, or before it could. */
export const linkDied = (node: string, cause?: Error): CannotLook =>
  new CannotLook(
    text(
      `${node}: the ssh connection was lost${cause ? ` (${cause.message})` : ''}`,
      `${node}：SSH 連線中斷${cause ? `（${cause.message}）` : ''}`,
    ),
    { where: node, help: STATUS, cause },
  )

/** We ended the connection ourselves, and something was asked afterwards. */
export const alreadyClosed = (node: string): CannotLook =>
  new CannotLook(text(`${node}: the ssh connection is already closed`, `${node}：SSH 連線已經關閉`), {
    where: node,
  })

/** A command that had not ended at its deadline; it was told to stop. */
export const deadlineMissed = (node: string, deadlineMs: number): CannotLook =>
  new CannotLook(
    text(
      `${node}: a command did not end within ${Math.round(deadlineMs)} ms and was stopped: the machine is overloaded, or the program it asked does not answer`,
      `${node}：有個指令在 ${Math.round(deadlineMs)} 毫秒內沒有結束，已將它停止：機器太忙，或它詢問的對象沒有回應`,
    ),
    { where: node, help: STATUS },
  )

/** sshd gave no channel until the deadline. `refusals`: how often it refused (MaxSessions, sshd_config(5)). */
export const noChannel = (node: string, deadlineMs: number, refusals: number): CannotLook =>
  new CannotLook(
    refusals > 0
      ? text(
          `${node}: sshd refused to open one more session for ${Math.round(deadlineMs)} ms: its MaxSessions is too low or in use`,
          `${node}：sshd 在 ${Math.round(deadlineMs)} 毫秒內都拒絕再開一個 session：它的 MaxSessions 太小，或已經用完`,
        )
      : text(
          `${node}: no free ssh channel within ${Math.round(deadlineMs)} ms`,
          `${node}：${Math.round(deadlineMs)} 毫秒內沒有空出來的 SSH 通道`,
        ),
    { where: node, help: refusals > 0 ? "sudo sshd -T | grep -i '^maxsessions'" : STATUS },
  )

/** sshd answered the request to run a command with a refusal that waiting does not mend. */
export const execRefused = (node: string, cause: Error): CannotLook =>
  new CannotLook(
    text(
      `${node}: sshd does not let us run a command (${cause.message})`,
      `${node}：sshd 不讓我們執行指令（${cause.message}）`,
    ),
    { where: node, help: STATUS, cause },
  )

/** A command ended without an exit code while the connection stood. */
export const noExitCode = (node: string, exit: Exit): CannotLook =>
  new CannotLook(
    exit.signal
      ? text(
          `${node}: a command was ended by ${exit.signal} on the machine`,
          `${node}：有個指令在機器上被 ${exit.signal} 終止`,
        )
      : text(`${node}: a command ended without an exit code`, `${node}：有個指令結束時沒有結束代碼`),
    { where: node, help: STATUS },
  )

/** Something of ours is to be evaluated there by perl, and there is none. */
export const noPerl = (node: string): CannotLook =>
  new CannotLook(text(`${node} has no perl that root can run`, `${node} 上沒有 root 可以執行的 perl`), {
    where: node,
    help: `sudo apt install perl-base   # on ${node}`,
  })

/** What runs our commands there sent what nobody asked for; its channel was closed. */
export const garbled = (node: string): CannotLook =>
  new CannotLook(
    text(
      `${node}: what answers our commands there is not the program we started, and was cut off`,
      `${node}：在那裡回應指令的不是我們啟動的程式，已中斷它的連線`,
    ),
    { where: node, help: STATUS },
  )

/** A machine sent more in one go than all its answers can be; its connection was closed. */
export const tooMuchFrom = (node: string, maxBytes: number): CannotLook =>
  new CannotLook(
    text(
      `${node}: the machine sent more than ${Math.round(maxBytes / 2 ** 20)} MiB, and its connection was closed`,
      `${node}：這台機器送來超過 ${Math.round(maxBytes / 2 ** 20)} MiB 的資料，已中斷它的連線`,
    ),
    { where: node },
  )

/** The machine wanted new keys so often that its connection was cut. */
export const newKeysWithoutEnd = (node: string): CannotLook =>
  new CannotLook(
    text(
      `${node}: sshd keeps asking for new keys, more than ${NEW_KEYS_MAX} times in ${NEW_KEYS_MS / 1000} s, and its connection was closed`,
      `${node}：sshd 一直要求更換金鑰，在 ${NEW_KEYS_MS / 1000} 秒內超過 ${NEW_KEYS_MAX} 次，已中斷它的連線`,
    ),
    { where: node, help: "sudo sshd -T | grep -i '^rekeylimit'" },
  )

/** A command printed more than we keep; its channel was closed. */
export const tooMuchOutput = (node: string, bytes: number, maxBytes: number): CannotLook =>
  new CannotLook(
    text(
      `${node}: a command printed ${bytes} bytes and more, over the limit of ${maxBytes} bytes, and was stopped`,
      `${node}：有個指令印出 ${bytes} 位元組以上，超過 ${maxBytes} 位元組的上限，已將它停止`,
    ),
    { where: node, help: STATUS },
  )

/** Nothing of ours ran as root until the deadline. `words`: what the node said last. */
export function rootTooSlow(
  node: string,
  address: NodeAddress,
  deadlineMs: number,
  words: string,
): CannotLook {
  const who = address.user === 'root' ? '' : 'sudo or '
  const seconds = deadlineMs / 1000
  return new CannotLook(
    text(
      `${node}: nothing could be run as root within ${seconds} s: ${who}a start-up file of the shell of ${address.user} is slow or waits for something${said(words, ' (', ')')}`,
      `${node}：${seconds} 秒內無法以 root 執行任何東西：${address.user === 'root' ? '' : 'sudo 或 '}${address.user} 的 shell 啟動檔太慢，或在等什麼${said(words, '（', '）')}`,
    ),
    {
      where: node,
      help: `time ${sshCommandLine(address)} ${address.user === 'root' ? 'true' : "'sudo -n true'"}`,
    },
  )
}

/** The login shell ended without running what it was given, or printed without an end. */
export const strangeShell = (node: string, address: NodeAddress, words: string): CannotLook =>
  new CannotLook(
    text(
      `${node}: the login shell of ${address.user} does not run the commands it gets over ssh${said(words, ' (', ')')}`,
      `${node}：${address.user} 的登入 shell 不執行 SSH 給它的指令${said(words, '（', '）')}`,
    ),
    { where: node, help: `${sshCommandLine(address)} id` },
  )

const said = (words: string, before: string, after: string): string =>
  lastLineOf(words) && before + lastLineOf(words) + after

/** `sudo -n` did not work. `words`: its standard error under LC_ALL=C. Only the advice goes by them. */
export function noSudo(node: string, address: NodeAddress, words: string): CannotLook {
  const user = address.user
  const said = lastLineOf(words)
  const ssh = sshCommandLine(address, ['-t'])
  if (/not found|No such file/.test(said))
    return new CannotLook(
      text(
        `${node}: there is no sudo on the machine, and ${user} is not root (${said})`,
        `${node}：機器上沒有 sudo，而 ${user} 不是 root（${said}）`,
      ),
      { where: node, help: `${ssh} "su -c 'apt-get install sudo'"` },
    )
  const wantsTerminal = /\btty\b/.test(said) && !/password/.test(said)
  const line = wantsTerminal ? `Defaults:${user} !requiretty` : `${user} ALL=(ALL) NOPASSWD: ALL`
  return new CannotLook(
    wantsTerminal
      ? text(
          `${node}: sudo works for ${user} in a terminal only (requiretty: ${said})`,
          `${node}：${user} 只能在終端機裡使用 sudo（requiretty：${said}）`,
        )
      : text(
          `${node}: sudo asks ${user} for a password (${said})`,
          `${node}：sudo 要求 ${user} 輸入密碼（${said}）`,
        ),
    { where: node, help: `${ssh} "echo '${line}' | sudo EDITOR='tee -a' visudo -f /etc/sudoers.d/${user}"` },
  )
}
