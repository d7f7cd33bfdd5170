import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { handOver } from '../core/program.ts'
import { type Text, text } from '../core/text.ts'
import { ENDS_WITH_US } from './enter.ts'
import { paths } from './names.ts'
import { isOwn, newOwnPlaces, OWN_PLACES, placesOf } from './places.ts'
import { asRoot, endedWell, OURSELVES } from './privilege.ts'
import { processesOf } from './processes.ts'
import { TUN } from './qemu/room.ts'

/** A user namespace (user_namespaces(7)) in which we are root, with the ids that /etc/subuid gives us beside. */
const NEW_NAMESPACE = ['unshare', '--user', '--map-root-user', '--map-auto']

/** Why virtual machines cannot be ours in a user namespace of our own; undefined where they can. Tries it. */
export function whyNoOwnRoot(): Text | undefined {
  if (!mayOpen(TUN))
    return text(
      `Virtual machines need ${TUN} for their networks, and you have no permission to open it: allow it (sudo chmod a+rw ${TUN}), or run this as root.`,
      `虛擬機器需要 ${TUN} 來連接網路，而你沒有開啟它的權限：請開放權限（sudo chmod a+rw ${TUN}），或以 root 執行。`,
    )
  // With the id that who has no rights at all has in a lab: a range may be too short for it.
  const asNobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', 'true']
  const [program = '', ...words] = [...NEW_NAMESPACE, '--mount', '--net', ...asNobody]
  const tried = spawnSync(program, words, { encoding: 'utf8' })
  if (tried.status === 0) return undefined
  const said = tried.error?.message ?? tried.stderr.trim().split('\n').at(-1)
  return text(
    `Virtual machines need root, or a user namespace with ids of your own: the package uidmap, and a range of ids nobody else has in /etc/subuid and /etc/subgid (sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER). Tried: ${said}`,
    `虛擬機器需要 root 權限，或是擁有專屬 id 的 user namespace：請安裝套件 uidmap，並在 /etc/subuid 和 /etc/subgid 取得一段沒有其他人使用的 id（sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 $USER）。試過的結果：${said}`,
  )
}

/** A user namespace gives no more rights over a device than its user has outside. */
function mayOpen(device: string): boolean {
  try {
    accessSync(device, constants.R_OK | constants.W_OK)
    return true
  } catch {
    return false
  }
}

/**
 * Goes on with a command of ours as the root it needs: in the user namespace of a lab of our own, in a new one where
 * there is none and it could be ours (`own`), else as root of the machine. EndedAsRoot if it did not end well.
 */
export async function asRootOf(
  lab: string,
  argv: string[],
  { own = false, settings = {} }: { own?: boolean; settings?: NodeJS.ProcessEnv } = {},
): Promise<void> {
  if (isOwn(lab)) return asOwnRoot(lab, argv, settings)
  if (own && !existsSync(paths(lab).folder) && whyNoOwnRoot() === undefined)
    return asOwnRoot(lab, argv, settings)
  return asRoot(argv, settings)
}

async function asOwnRoot(lab: string, argv: string[], settings: NodeJS.ProcessEnv): Promise<void> {
  const places = isOwn(lab) ? placesOf(lab) : newOwnPlaces()
  const [inside] = processesOf(lab)
  const into =
    inside === undefined
      ? NEW_NAMESPACE
      : ['nsenter', '--user', '--preserve-credentials', `--target=${inside}`]
  const [program = '', ...words] = [...into, ...ENDS_WITH_US, ...OURSELVES, ...argv]
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    ...settings,
    [OWN_PLACES]: JSON.stringify(places),
    // Where Debian keeps what lays wires and makes disks; users do not have it in theirs.
    PATH: `${process.env.PATH ?? '/usr/bin:/bin'}:/usr/sbin:/sbin`,
  }
  // Of an earlier sudo, if any: here it is we ourselves who ask.
  delete env.SUDO_UID
  endedWell(argv, await handOver(program, words, { env }))
}
