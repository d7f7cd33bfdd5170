import { CannotLook } from '../../harness/core/errors.ts'
import { type Text, text } from '../../harness/core/text.ts'
import { chassisSetting } from '../../harness/look/integration-bridge.ts'
import type { DaemonFacts } from '../../harness/look/kernel.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { list, on, quoted } from '../nouns/phrases.ts'
import type { BrokenLink } from './broken-link.ts'
import type { Cause } from './cause.ts'
import { settingAt, settingInWords } from './chassis-setting.ts'
import { similarKey } from './similar-key.ts'

interface Plan {
  node: string
  encapIp: string
  central: string
}

const SOUTHBOUND_PORT = 6642

/** Without these a node is no chassis, or one without a name. */
const NEEDED = ['system-id', 'ovn-remote', 'ovn-encap-type', 'ovn-encap-ip']

/** A setting in a node's Open_vSwitch that keeps it from being the chassis it should be (ovn-controller(8)). */
export async function chassisSettings(lab: Lab, plan: Plan): Promise<BrokenLink | undefined> {
  const { node, encapIp } = plan
  const ovs = await lab.ovs(node)
  const broken = (key: string, saw: Text, cause: Cause): BrokenLink => ({
    ...settingAt(node, ovs, key, cause),
    saw,
  })
  const setting = (key: string) => chassisSetting(ovs, key)

  const missing = NEEDED.filter(key => !setting(key))
  if (missing[0]) {
    const keys = list(missing)
    const { external_ids } = ovs.openVSwitch
    const like = missing.flatMap(key => similarKey(external_ids, key) ?? [])
    return broken(
      missing[0],
      text(
        `external_ids of ${node} has no ${keys.en}, which it was set up with${like.length > 0 ? `, but ${list(like).en}` : ''}`,
        `${node} 的 external_ids 裡沒有 ${keys['zh-TW']}，而這台機器原本設定好了${like.length > 0 ? `；有的是 ${list(like)['zh-TW']}` : ''}`,
      ),
      'chassis-keys-missing',
    )
  }
  const systemId = ovs.openVSwitch.external_ids['system-id']!
  const shared = await systemIdTwice(lab, node, systemId)
  if (shared) return shared

  const remote = setting('ovn-remote')
  if (!(await leadsToSouthbound(lab, plan, remote)))
    return broken(
      'ovn-remote',
      text(
        `${settingInWords(ovs, 'ovn-remote')}, but the southbound database is at tcp:${plan.central}:${SOUTHBOUND_PORT}`,
        `${settingInWords(ovs, 'ovn-remote')}，但 southbound 資料庫在 tcp:${plan.central}:${SOUTHBOUND_PORT}`,
      ),
      'remote-elsewhere',
    )

  const types = setting('ovn-encap-type')
  if (!types?.split(',').includes('geneve'))
    return broken(
      'ovn-encap-type',
      text(
        `${settingInWords(ovs, 'ovn-encap-type')}, but the nodes of this lab use geneve`,
        `${settingInWords(ovs, 'ovn-encap-type')}，但這個實驗環境的節點之間用 geneve`,
      ),
      'encap-type',
    )

  const ips = setting('ovn-encap-ip')
  if (ips?.split(',').includes(encapIp)) return undefined
  return broken(
    'ovn-encap-ip',
    text(
      `${settingInWords(ovs, 'ovn-encap-ip')}, but the address of ${node} on the tunnel network is ${encapIp}`,
      `${settingInWords(ovs, 'ovn-encap-ip')}，但 ${node} 在 tunnel 網路上的位址是 ${encapIp}`,
    ),
    'encap-ip',
  )
}

/**
 * Two nodes have one system-id, and so neither is a chassis of its own: releases differ in which of them gets the row,
 * and some let both take it in turn. The later node in the lab's order is the one that is named.
 */
async function systemIdTwice(lab: Lab, node: string, systemId: string): Promise<BrokenLink | undefined> {
  for (const other of lab.nodes.filter(name => name !== node)) {
    const ovs = await unlessBlind(lab.ovs(other))
    if (ovs?.openVSwitch.external_ids['system-id'] !== systemId) continue
    const [first, later] = lab.nodes.filter(name => name === node || name === other)
    return {
      where: `${later} · Open_vSwitch · Open_vSwitch · external_ids:system-id`,
      saw: text(
        `system-id of ${later} = ${quoted(systemId)}, but that is the system-id of ${first} too, and each chassis needs its own`,
        `${later} 的 system-id = ${quoted(systemId)}，但 ${first} 也用這個 system-id，每個 chassis 都要有自己的`,
      ),
      tryThis: on(later!, 'sudo ovs-vsctl get Open_vSwitch . external_ids'),
      cause: 'system-id-twice',
    }
  }
  return undefined
}

/**
 * The usual value is taken as it is. Of another remote that leads there (a name, a socket, TLS) ovn-controller itself
 * must say that it got there; a learner may write it as they like.
 */
async function leadsToSouthbound(lab: Lab, { node, central }: Plan, remote = ''): Promise<boolean> {
  const remotes = remote.split(',').map(one => one.trim())
  const usual = `tcp:${central}:${SOUTHBOUND_PORT}`
  const further = remotes.filter(remote => remote !== usual)
  if (further.length === 0 || (await isListenedOn(lab, further))) return true
  const told = await unlessBlind(lab.daemon(node, 'ovn-controller'))
  if (told?.southbound === 'connected' && isRelayed(remotes, usual, told)) return true
  if (told?.southbound === 'connected') assertUsualPeer(node, remotes, usual, told.peers)
  if (remotes.includes(usual)) return true
  const isAtHome = remotes.some(remote => remote.startsWith('unix:')) && node === (await lab.central())
  const mayLead = remotes.some(
    remote =>
      new RegExp(`^(tcp|ssl):.+:${SOUTHBOUND_PORT}$`).test(remote) ||
      (remote.startsWith('unix:') && isAtHome),
  )
  return mayLead && (await lab.daemon(node, 'ovn-controller')).southbound === 'connected'
}

/**
 * The southbound database that the node with it has says of itself that it listens on each of them (ovn-sb(5), Connection;
 * ovsdb(7), "Connection Methods"): TLS, say, or a further port.
 */
async function isListenedOn(lab: Lab, remotes: string[]): Promise<boolean> {
  const [tables, facts] = await Promise.all([
    unlessBlind(lab.tables('OVN_Southbound')),
    unlessBlind(lab.central().then(central => lab.kernel(central))),
  ])
  const listens = tables?.Connection?.map(({ target }) => /^p((?:tcp|ssl):\d+)\b/.exec(String(target))?.[1])
  const addresses = facts?.links.flatMap(link => link.addresses.map(({ address }) => address))
  return remotes.every(remote => {
    const [, scheme, host = '', port] = /^(tcp|ssl):\[?(.+?)\]?:(\d+)$/.exec(remote) ?? []
    return addresses?.includes(host) && listens?.includes(`${scheme}:${port}`)
  })
}

/** A program of the node's own serves what ovn-controller asks, and is itself connected to the database: a relay (ovsdb-server(1)). */
const isRelayed = (remotes: string[], usual: string, { relays = [], peers = [] }: DaemonFacts): boolean =>
  relays.some(relay => {
    const [at = '', to] = relay.split('>')
    return usual === `tcp:${to}` && peers.includes(at) && remotes.includes(`tcp:${at}`)
  })

/** Of several remotes ovn-controller takes one: behind another port may be the same database (a relay), or a copy of it. */
function assertUsualPeer(node: string, remotes: string[], usual: string, peers: string[] = []): void {
  const other = remotes.find(
    remote => remote !== usual && peers.some(peer => [`tcp:${peer}`, `ssl:${peer}`].includes(remote)),
  )
  const isUsual = remotes.includes(usual) && peers.some(peer => usual === `tcp:${peer}`)
  if (!other || isUsual || other.endsWith(`:${SOUTHBOUND_PORT}`)) return
  throw new CannotLook(
    text(
      `ovn-controller of ${node} is connected to ${other}, which may be the southbound database, or a copy of it that nobody writes to`,
      `${node} 的 ovn-controller 連上的是 ${other}，那可能是 southbound 資料庫，也可能只是沒有人更新的複本`,
    ),
    { where: `${node} · ovn-controller`, help: on(node, 'sudo ss -Htnp') },
  )
}
