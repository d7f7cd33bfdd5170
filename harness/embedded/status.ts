import { same, type Text, text } from '../core/text.ts'
import {
  addressOn,
  beyondOn,
  linkFor,
  linksOf,
  type NamedLink,
  nodeNames,
  type Topology,
} from '../topology/topology.ts'
import { initOf } from './enter.ts'
import { checkLabName } from './names.ts'
import { ACCELERATED } from './qemu/sentences.ts'
import { labFlag, notUp } from './sentences.ts'
import {
  type Accelerator,
  type Datapath,
  isUp,
  type ProviderName,
  readState,
  type Versions,
} from './state.ts'

/** A lab as it is now. */
export interface LabStatus {
  name: string
  isUp: boolean
  /** Of a lab that is up. */
  topology?: Topology
  nodes: { name: string; isOn: boolean }[]
  provider?: ProviderName
  datapath?: Datapath
  accelerator?: Accelerator
  versions?: Versions
}

/** Looks whether a lab is up and what it is made of. Needs no root, changes nothing. */
export async function status(lab: string): Promise<LabStatus> {
  checkLabName(lab)
  const state = isUp(lab) ? readState(lab) : undefined
  return {
    name: lab,
    isUp: state !== undefined,
    nodes: state
      ? nodeNames(state.topology).map(name => ({ name, isOn: initOf(lab, name) !== undefined }))
      : [],
    ...(state && {
      topology: state.topology,
      provider: state.provider ?? 'embedded',
      datapath: state.datapath,
      ...(state.accelerator && { accelerator: state.accelerator }),
      ...(state.versions && { versions: state.versions }),
    }),
  }
}

const userspace = (underlay: NamedLink) => [
  text(
    'Datapath: userspace (this machine has no kernel module openvswitch). The differences:',
    'Datapath：使用者空間（這台機器沒有核心模組 openvswitch）。差別在於：',
  ),
  text(
    '  bridges created with ovs-vsctl add-br get datapath_type=netdev, which a wrapper in /usr/local/bin adds',
    '  用 ovs-vsctl add-br 建立的 bridge 會帶有 datapath_type=netdev，由 /usr/local/bin 裡的包裝程式自動加上',
  ),
  text(
    `  the Geneve underlay ${addressOn(underlay, 'x')} is on br-${underlay.name}, which contains ${underlay.name}; captures on ${underlay.name} show Geneve as usual`,
    `  Geneve 的 underlay 位址 ${addressOn(underlay, 'x')} 設在 ${underlay.name} 所在的 br-${underlay.name} 上；在 ${underlay.name} 上擷取封包，一樣看得到 Geneve`,
  ),
  text(
    '  addresses that you set on a bridge yourself are lost when ovs-vswitchd restarts',
    '  你自己設在 bridge 上的位址，在 ovs-vswitchd 重新啟動後會消失',
  ),
]

/** A node's links, each with its address. */
const linkWords = (topology: Topology, node: string): Text[] =>
  linksOf(topology).map(link =>
    link.role === 'physical'
      ? text(`${link.name} physical network, no address`, `${link.name} 實體網路，沒有位址`)
      : same(`${link.name} ${addressOn(link, topology.nodes[node]?.number ?? '')}`),
  )

/** Who is on a physical network beside the nodes. */
function outsideLines(link: NamedLink): Text[] {
  if (!link.outside) return []
  const [address, port] = [addressOn(link, link.outside.number), link.outside.databasePort]
  const [en, zhTW] =
    port === undefined
      ? ['', '']
      : [`, with PostgreSQL on TCP port ${port}`, `，它在 TCP 埠 ${port} 提供 PostgreSQL`]
  const beyond = beyondOn(link)
  return [
    text(
      `  the physical network ${link.subnet} has ${address}${en}`,
      `  實體網路 ${link.subnet} 上有 ${address}${zhTW}`,
    ),
    ...(beyond
      ? [
          text(
            `  behind ${address}, the server ${beyond.server} tells on TCP port ${beyond.port} from which address it is asked`,
            `  ${address} 後面有伺服器 ${beyond.server}，它在 TCP 埠 ${beyond.port} 說出對方是從哪個位址來問的`,
          ),
        ]
      : []),
  ]
}

/** What only virtual machines have. */
function machineLines({ accelerator }: LabStatus): Text[] {
  if (!accelerator) return []
  const [en, zhTW] = [ACCELERATED[accelerator].en, ACCELERATED[accelerator]['zh-TW']]
  return [text(`The nodes are virtual machines of QEMU. ${en}`, `節點是 QEMU 的虛擬機器。${zhTW}`)]
}

/** The status in sentences, a line each. */
export function statusLines(status: LabStatus): Text[] {
  const { topology } = status
  if (!status.isUp || !topology) return [notUp(status.name)]
  const { ovs, ovn, debian, kernel } = status.versions ?? { ovs: '?', ovn: '?', debian: '?' }
  const flag = labFlag(status.name)
  return [
    text(`Lab "${status.name}" is up.`, `實驗環境「${status.name}」已啟動。`),
    ...status.nodes.map(({ name, isOn }) => {
      const links = linkWords(topology, name)
      return text(
        `  ${name.padEnd(10)}  ${isOn ? 'on ' : 'OFF'}  ${links.map(link => link.en).join('  ')}`,
        `  ${name.padEnd(10)}  ${isOn ? '開機' : '關機'}  ${links.map(link => link['zh-TW']).join('  ')}`,
      )
    }),
    ...linksOf(topology, 'physical').flatMap(outsideLines),
    same(`Open vSwitch ${ovs} · OVN ${ovn} · Debian ${debian}${kernel ? ` · Linux ${kernel}` : ''}`),
    ...machineLines(status),
    ...(status.datapath === 'userspace'
      ? userspace(linkFor(topology, 'underlay'))
      : [text('Datapath: the kernel module openvswitch.', 'Datapath：核心模組 openvswitch。')]),
    text(
      `Enter: npx ovn-lab lab shell${flag} ${topology.central} · remove: npx ovn-lab lab down${flag}`,
      `進入：npx ovn-lab lab shell${flag} ${topology.central} · 移除：npx ovn-lab lab down${flag}`,
    ),
  ]
}
