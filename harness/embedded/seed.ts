import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  cpSync,
  lchownSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { lessonsFolder } from '../core/checkout.ts'
import { helperOf } from '../lesson/helper.ts'
import { lessonIds } from '../lesson/load-lesson.ts'
import { managementAddress, nodeNames, roleSettings, underlayAddress } from '../topology/topology.ts'
import { paths } from './names.ts'
import { PROVISION } from './recipe.ts'
import { runRemembered } from './run-remembered.ts'
import { makeSshKey } from './ssh-key.ts'
import { type LabState, nodesOf, stateOf } from './state.ts'

/** The first and only user of a node, as setup.sh makes it. */
const VAGRANT = 1000

/** Makes the keys of a lab: one to come in with, and a host key for each node. They live as long as the lab. */
export function makeKeys(lab: string, ownerUid: number): void {
  const { identity, hostKey } = paths(lab)
  const make = (file: string, comment: string) => {
    const { secret, line } = makeSshKey(comment)
    writeFileSync(file, secret, { mode: 0o600 })
    writeFileSync(`${file}.pub`, line)
  }
  make(identity, `ovn-lab ${lab}`)
  for (const node of nodesOf(lab)) make(hostKey(node), `${node} of ovn-lab ${lab}`)
  for (const file of [identity, `${identity}.pub`]) chownSync(file, ownerUid, process.getgid?.() ?? 0)
  writeFileSync(paths(lab).knownHosts, knownHosts(lab))
}

/** The public host key of a node, `ssh-ed25519 AAAA…`, without its comment. */
export const publicHostKey = (lab: string, node: string): string =>
  readFileSync(`${paths(lab).hostKey(node)}.pub`, 'utf8')
    .split(' ')
    .slice(0, 2)
    .join(' ')

/** Lays out what is written on a node's fresh disk over the image: its role, its keys, the lessons' files. */
export async function sowSeed(lab: string, node: string, state: LabState): Promise<void> {
  const seed = paths(lab).seed(node)
  rmSync(seed, { recursive: true, force: true })
  mkdirSync(seed, { recursive: true })
  const copy = (from: string) =>
    cpSync(join(PROVISION, from), seed, { recursive: true, verbatimSymlinks: true })
  copy('embedded/files')
  if (state.datapath === 'userspace') copy('userspace')
  const settings = { ...roleSettings(state.topology, node), DATAPATH: state.datapath }
  await runRemembered(lab, ['sh', join(PROVISION, 'role.sh'), ...asWords(settings)], { OVN_LAB_ROOT: seed })

  const put = (path: string, content: string, mode = 0o644) => {
    const file = join(seed, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, content)
    chmodSync(file, mode)
  }
  put('etc/machine-id', `${randomBytes(16).toString('hex')}\n`, 0o444)
  putKeys(lab, node, put)
  for (const lesson of lessonIds()) {
    const helper = await helperOf({ folder: join(lessonsFolder(), lesson) })
    if (helper) put(`opt/ovn-lab/${lesson}/helper.sh`, helper)
  }
  chmodSync(join(seed, 'root'), 0o700)
  for (const home of ['root', 'home/vagrant']) chmodSync(join(seed, home, '.ssh'), 0o700)
  own(seed, 0)
  own(join(seed, 'home/vagrant'), VAGRANT)
}

const asWords = (settings: Record<string, string>) =>
  Object.entries(settings).map(([name, value]) => `${name}=${value}`)

/** Gives a folder and all in it to a user and the group of the same number. */
function own(folder: string, id: number): void {
  for (const path of ['', ...(readdirSync(folder, { recursive: true }) as string[])])
    lchownSync(join(folder, path), id, id)
}

/** So that `ssh vagrant@hypervisor` asks nothing, from either node, as root and as vagrant. */
function putKeys(
  lab: string,
  node: string,
  put: (path: string, content: string, mode?: number) => void,
): void {
  const { identity, hostKey } = paths(lab)
  put('etc/ssh/ssh_host_ed25519_key', readFileSync(hostKey(node), 'utf8'), 0o600)
  put('etc/ssh/ssh_host_ed25519_key.pub', readFileSync(`${hostKey(node)}.pub`, 'utf8'))
  put('etc/ssh/ssh_known_hosts', knownHosts(lab))
  for (const home of ['root', 'home/vagrant']) {
    put(`${home}/.ssh/id_ed25519`, readFileSync(identity, 'utf8'), 0o600)
    put(`${home}/.ssh/id_ed25519.pub`, readFileSync(`${identity}.pub`, 'utf8'))
    put(`${home}/.ssh/authorized_keys`, readFileSync(`${identity}.pub`, 'utf8'), 0o600)
  }
}

/** The nodes' host keys by all their names, as lines of a known_hosts file. */
function knownHosts(lab: string): string {
  const { topology } = stateOf(lab)
  const lines = nodeNames(topology).map(name => {
    const names = [name, underlayAddress(topology, name), managementAddress(topology, name)]
    return `${names.join(',')} ${publicHostKey(lab, name)}\n`
  })
  return lines.join('')
}
