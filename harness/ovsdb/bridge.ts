import { CannotLook } from '../core/errors.ts'
import { patient } from '../core/patience.ts'
import type { DatabaseName } from '../core/rows.ts'
import { same, text } from '../core/text.ts'
import type { Connected, Machine } from '../ssh/machine.ts'
import { Replica } from './replica.ts'
import { noAnswer, type Source } from './source.ts'

/** MicroOVN's snap; its releases name the folder of the central databases differently (its ovn.env, paths.go). */
const SNAP = '/var/snap/microovn/common/run'
/** What is built from source is here (`--prefix` of ./configure). */
const LOCAL = '/usr/local/var/run'
const central = (socket: string) =>
  // OVN kept its sockets in Open vSwitch's folder before 20.03. kolla-ansible and Kube-OVN share these very folders
  // between host and containers.
  ['/var/run/ovn', '/var/run/openvswitch', `${SNAP}/ovn`, `${SNAP}/central`, `${LOCAL}/ovn`].map(
    folder => `${folder}/${socket}`,
  )

/** Where the servers may listen; the first of these that is there is asked. */
export const SOCKETS: Record<DatabaseName, string[]> = {
  OVN_Northbound: central('ovnnb_db.sock'),
  OVN_Southbound: central('ovnsb_db.sock'),
  Open_vSwitch: ['/var/run/openvswitch', `${SNAP}/switch`, `${LOCAL}/openvswitch`].map(
    folder => `${folder}/db.sock`,
  ),
}

/** Opens a copy of a node's database over its unix socket. Rejects with CannotLook, within the deadline. */
export async function openDatabase(
  machine: Machine,
  database: DatabaseName,
  { deadlineMs, sockets = SOCKETS[database] }: { deadlineMs: number; sockets?: string[] },
): Promise<Replica> {
  const source = { node: machine.node, database }
  const connected = await machine.connect(sockets)
  if (!('stream' in connected)) throw notConnected(connected, source, sockets)
  return Replica.open(connected.stream, source, patient(deadlineMs, machine))
}

function notConnected(
  why: Exclude<Connected, { stream: unknown }>,
  source: Source,
  sockets: string[],
): CannotLook {
  if ('refused' in why) return noAnswer(source, same(why.refused))
  if (why.missing === 'socket')
    return noAnswer(source, text(`there is no socket ${sockets[0]}`, `沒有 ${sockets[0]} 這個 socket`))
  return new CannotLook(
    text(
      `${source.node} has neither perl nor python3, and one is needed to ask its databases`,
      `${source.node} 上沒有 perl 也沒有 python3；查詢資料庫需要其中一個`,
    ),
    { where: source.node, help: `sudo apt install perl-base   # on ${source.node}` },
  )
}
