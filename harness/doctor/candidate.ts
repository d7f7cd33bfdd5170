import { type Text, text } from '../core/text.ts'
import type { Facts } from './facts.ts'

/** Something that is missing or in the way, and the one command (or page) that mends it. */
export interface Problem {
  what: Text
  mend: string
}

/** What is wrong where it is so. */
export const problemIf = (isSo: boolean, what: Text, mend: string): Problem[] =>
  isSo ? [{ what, mend }] : []

/** One kind of lab that could give the two machines, and what keeps this computer from it. */
export interface Candidate {
  kind: 'embedded' | 'qemu' | 'vagrant' | 'ssh'
  /** Vagrant's name of the provider. */
  provider?: string
  name: Text
  /** What starts it, or uses it. */
  command: string
  problems: Problem[]
  /** What is good to know where it can run. */
  notes: Text[]
}

/** True when nothing keeps it from running. */
export const canRun = (candidate: Candidate): boolean => candidate.problems.length === 0

/** Without KVM virtual machines run, but each of their instructions is played by a program. */
export function kvmNotes({ kvm, virtualisation }: Facts): Text[] {
  if (kvm === 'opens')
    return [
      text(
        '/dev/kvm can be opened; whether machines boot with it is known when the first one starts.',
        '/dev/kvm 可以開啟；能不能用它開機，要啟動第一台機器才知道。',
      ),
    ]
  if (kvm === 'refused')
    return [
      text(
        'Slow, by emulation: you have no permission for /dev/kvm (sudo usermod -aG kvm $USER, then log in again).',
        '會用模擬執行，速度慢：你沒有使用 /dev/kvm 的權限（執行 sudo usermod -aG kvm $USER，再重新登入）。',
      ),
    ]
  if (virtualisation === 'off')
    return [
      text(
        'Slow, by emulation: virtualization is disabled in the firmware (Intel VT-x, AMD-V), or nested virtualization is not enabled for this virtual machine.',
        '會用模擬執行，速度慢：韌體裡的虛擬化（Intel VT-x、AMD-V）沒有開啟，或這台虛擬機器沒有開啟巢狀虛擬化。',
      ),
    ]
  return [
    text(
      'Slow, by emulation: there is no /dev/kvm (sudo modprobe kvm_intel or kvm_amd).',
      '會用模擬執行，速度慢：沒有 /dev/kvm（執行 sudo modprobe kvm_intel 或 kvm_amd）。',
    ),
  ]
}

/** For `needMiB` MiB in a folder that has less. */
export const tooLittleDisk = (folder: string, freeMiB: number, needMiB: number): Problem => ({
  what: text(
    `Too little disk: ${freeMiB} MiB are free for ${folder}, and ${needMiB} MiB are needed.`,
    `磁碟空間不足：${folder} 只剩 ${freeMiB} MiB，需要 ${needMiB} MiB。`,
  ),
  mend: `npx ovn-lab lab down --images`,
})

/** For machines that want `needMiB` MiB on a computer that has less to give. */
export function tooLittleMemory({ availableMiB, memoryMiB, platform }: Facts, needMiB: number): Problem[] {
  // Where the system does not tell what is free, half of it is taken to be somebody's.
  const free = availableMiB ?? Math.floor(memoryMiB / 2)
  return problemIf(
    free < needMiB,
    text(
      `Too little memory: about ${free} MiB of ${memoryMiB} MiB are free, and ${needMiB} MiB are needed. Close other programs.`,
      `記憶體不足：${memoryMiB} MiB 中大約只剩 ${free} MiB，需要 ${needMiB} MiB。請關閉其他程式。`,
    ),
    { win32: 'taskmgr', darwin: 'top -o mem' }[platform as string] ?? 'ps -eo rss,args --sort -rss',
  )
}
