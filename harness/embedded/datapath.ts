import { existsSync } from 'node:fs'
import { text } from '../core/text.ts'
import type { Say } from './sentences.ts'
import { $ } from './shell.ts'
import type { Datapath } from './state.ts'

/**
 * Which datapath the nodes will use: the kernel's where its module is loaded or can be (which is said first,
 * as it changes the host), else ovs-vswitchd's own. The setting OVN_LAB_DATAPATH=userspace leaves the kernel alone.
 */
export async function chooseDatapath(say: Say): Promise<Datapath> {
  if (process.env.OVN_LAB_DATAPATH === 'userspace') return 'userspace'
  if (existsSync('/sys/module/openvswitch')) return 'kernel'
  // --dry-run looks for the module and changes nothing.
  if ((await $`modprobe --dry-run openvswitch`.nothrow()).exitCode !== 0) return 'userspace'
  say(
    text(
      'Loading the kernel module openvswitch, which forwards the packets of the lab.',
      '載入核心模組 openvswitch，用來轉送實驗環境的封包。',
    ),
  )
  const loaded = await $`modprobe openvswitch`.nothrow()
  return loaded.exitCode === 0 ? 'kernel' : 'userspace'
}
