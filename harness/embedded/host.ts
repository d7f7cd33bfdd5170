import { accessSync, constants, existsSync, readFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import { hierarchies } from './cgroup.ts'
import { lock } from './lock.ts'
import { whyNoOwnRoot } from './own-root.ts'
import { isOwnRoot } from './places.ts'
import { isRoot, noRoot, sudoHere } from './privilege.ts'
import { whyNoMachines } from './qemu/room.ts'
import { qemuFor } from './qemu/virtual-machine.ts'
import type { Say } from './sentences.ts'
import { $ } from './shell.ts'
import type { ProviderName } from './state.ts'

/** What a lab needs of the host: a file that shows it is there, the Debian package it comes in, and what for. */
interface Tool {
  file: string
  package: string
  why: Text
}

const RUNS_NODES = text('runs the two nodes', '執行兩個節點')
const qemu = qemuFor(process.arch)
const OWN_TOOLS: Record<ProviderName, Tool[]> = {
  embedded: [{ file: 'systemd-nspawn', package: 'systemd-container', why: RUNS_NODES }],
  qemu: [
    ...(qemu ? [{ file: qemu.program, package: qemu.package, why: RUNS_NODES }] : []),
    { file: 'qemu-img', package: 'qemu-utils', why: text('creates their disks', '建立節點的磁碟') },
    {
      file: 'mke2fs',
      package: 'e2fsprogs',
      why: text('creates a disk from their image', '將映像檔做成磁碟'),
    },
    { file: 'newuidmap', package: 'uidmap', why: text('runs without root', '不需要 root 就能執行') },
    { file: 'ssh', package: 'openssh-client', why: text('enters the nodes', '進入節點') },
  ],
}
const TOOLS: Tool[] = [
  { file: 'mmdebstrap', package: 'mmdebstrap', why: text('builds their image', '建立節點的映像檔') },
  {
    file: '/usr/share/keyrings/debian-archive-keyring.gpg',
    package: 'debian-archive-keyring',
    why: text('verifies that the image is Debian', '驗證映像檔確實來自 Debian'),
  },
  { file: 'ip', package: 'iproute2', why: text('connects the nodes', '連接節點') },
  { file: 'tcpdump', package: 'tcpdump', why: text('captures what crosses the network', '擷取網路上的封包') },
  { file: 'ping', package: 'iputils-ping', why: text('shows that the capture works', '確認擷取得到封包') },
  { file: 'socat', package: 'socat', why: text('plays the physical network', '扮演實體網路') },
  {
    file: 'nc.openbsd',
    package: 'netcat-openbsd',
    why: text('reaches the nodes over ssh', '透過 SSH 連到節點'),
  },
  { file: 'nsenter', package: 'util-linux', why: text('enters the nodes', '進入節點') },
]

export type CanRun = { ok: true } | { ok: false; reason: Text }

/** Whether the embedded lab can run on this machine; if not, why, and what would be needed. Changes nothing. */
export async function canRunHere(provider: ProviderName = 'embedded'): Promise<CanRun> {
  const no = (en: string, zhTW: string): CanRun => ({ ok: false, reason: text(en, zhTW) })
  if (process.platform !== 'linux')
    return no(
      `The embedded lab needs Linux, and this is ${process.platform}: use a Debian or Ubuntu machine (a virtual one will do), or the Vagrantfile.`,
      `內建實驗環境需要 Linux，而這裡是 ${process.platform}：請使用 Debian 或 Ubuntu（虛擬機器也可以），或改用 Vagrantfile。`,
    )
  const hasRoot = sudoHere() !== 'none'
  if (provider === 'embedded' && !hasRoot) return { ok: false, reason: noRoot }
  const missing = missingTools(provider).map(tool => tool.package)
  if (missing.length > 0 && !existsSync('/usr/bin/apt-get'))
    return no(
      `The embedded lab needs ${missing.join(', ')}, and can install that only on Debian and Ubuntu.`,
      `內建實驗環境需要 ${missing.join('、')}，但只有在 Debian 和 Ubuntu 上才能自動安裝。`,
    )
  if (missing.length > 0 && !hasRoot)
    return no(
      `Virtual machines need packages that only root can install here: sudo apt-get update && sudo apt-get install -y ${missing.join(' ')}`,
      `虛擬機器需要以下套件，而這裡只有 root 能安裝：sudo apt-get update && sudo apt-get install -y ${missing.join(' ')}`,
    )
  if (provider === 'qemu') {
    const reason = whyNoMachines()
    if (reason) return { ok: false, reason }
    const needsNoRoot = isOwnRoot() || (!isRoot() && whyNoOwnRoot() === undefined)
    if (needsNoRoot) return { ok: true }
    const why = hasRoot ? undefined : whyNoOwnRoot()
    if (why) return { ok: false, reason: why }
  }
  if (!hierarchies().some(isWritableMount))
    return no(
      'The embedded lab needs cgroups it may write to under /sys/fs/cgroup: inside another container, start that one privileged.',
      '內建實驗環境需要可寫入的 /sys/fs/cgroup：如果是在另一個容器裡，請用 privileged 模式啟動那個容器。',
    )
  return { ok: true }
}

const isWritableMount = (mount: string) =>
  readFileSync('/proc/self/mounts', 'utf8')
    .split('\n')
    .map(line => line.split(' '))
    .some(row => row[1] === mount && row[3]?.split(',').includes('rw'))

/** Programs a lab needs and this machine lacks. */
export const missingTools = (provider: ProviderName = 'embedded') =>
  [...OWN_TOOLS[provider], ...TOOLS].filter(tool => !isThere(tool.file))

function isThere(file: string): boolean {
  if (file.startsWith('/')) return existsSync(file)
  const folders = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/bin', '/bin']
  return folders.some(folder => {
    try {
      accessSync(join(folder, file), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

/** A fresh machine may be updating itself when a newcomer types their first command: apt waits for that (apt.conf(5)). */
const PATIENT = ['-o', 'DPkg::Lock::Timeout=600']

/** Installs what is missing on the host, saying what and why before it does. Throws BadCall when apt cannot. */
export async function installTools(provider: ProviderName, say: Say): Promise<void> {
  if (missingTools(provider).length === 0) return
  await using _alone = await lock('tools', () =>
    say(text('Another lab is installing tools; waiting for it.', '另一個實驗環境正在安裝工具，等待中。')),
  )
  const missing = missingTools(provider)
  if (missing.length === 0) return
  const list = (lang: 'en' | 'zh-TW') => missing.map(tool => `${tool.package} (${tool.why[lang]})`)
  say(
    text(
      `Installing with apt-get: ${list('en').join(', ')}.`,
      `使用 apt-get 安裝：${list('zh-TW').join('、')}。`,
    ),
  )
  const packages = missing.map(tool => tool.package)
  const apt = $({ nothrow: true })
  const asRoot = [...(isRoot() ? [] : ['sudo', '--']), 'env', 'DEBIAN_FRONTEND=noninteractive']
  const install = () => apt`${asRoot} apt-get install ${PATIENT} -y --no-install-recommends ${packages}`
  let installed = await install()
  if (installed.exitCode !== 0) {
    // The lists may be missing, or older than what the mirror has.
    await apt`${asRoot} apt-get update`
    installed = await install()
  }
  if (installed.exitCode === 0) return
  const problem = installed.stderr.split('\n').find(line => line.startsWith('E:')) ?? ''
  throw new BadCall(
    text(
      `apt-get could not install ${packages.join(' ')}: ${problem} Can this machine reach its mirrors?`,
      `apt-get 無法安裝 ${packages.join(' ')}：${problem} 這台機器連得到它的鏡像站嗎？`,
    ),
  )
}
