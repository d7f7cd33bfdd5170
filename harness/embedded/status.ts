import { same, type Text, text } from '../say/text.ts'
import { initOf } from './enter.ts'
import { checkLabName, managementAddress, NODE_NAMES, type NodeName, underlayAddress } from './names.ts'
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
  nodes: { name: NodeName; isOn: boolean; management: string; underlay: string }[]
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
    nodes: NODE_NAMES.map(name => ({
      name,
      isOn: state !== undefined && initOf(lab, name) !== undefined,
      management: managementAddress(name),
      underlay: underlayAddress(name),
    })),
    ...(state && {
      provider: state.provider ?? 'embedded',
      datapath: state.datapath,
      ...(state.accelerator && { accelerator: state.accelerator }),
      ...(state.versions && { versions: state.versions }),
    }),
  }
}

const USERSPACE = [
  text(
    'Datapath: userspace (this machine has no kernel module openvswitch). The differences:',
    'Datapath：使用者空間（這台機器沒有核心模組 openvswitch）。差別在於：',
  ),
  text(
    '  bridges made with ovs-vsctl add-br get datapath_type=netdev, as a wrapper in /usr/local/bin adds it',
    '  用 ovs-vsctl add-br 建立的 bridge 會帶有 datapath_type=netdev，由 /usr/local/bin 裡的包裝程式自動加上',
  ),
  text(
    '  the Geneve underlay 192.168.33.x is on br-eth1, which contains eth1; captures on eth1 show Geneve as usual',
    '  Geneve 的 underlay 位址 192.168.33.x 設在 eth1 所在的 br-eth1 上；在 eth1 上擷取封包，一樣看得到 Geneve',
  ),
  text(
    '  addresses that you set on a bridge yourself are lost when ovs-vswitchd restarts',
    '  你自己設在 bridge 上的位址，在 ovs-vswitchd 重新啟動後會消失',
  ),
]

/** Seen with 3.1, not with 3.5: the checksums that the kernel left to a card are never made. */
const OLD_USERSPACE = text(
  '  TCP through Geneve needs ethtool -K eth0 tx off in your namespaces with this version of Open vSwitch',
  '  這個版本的 Open vSwitch 若要讓 TCP 經過 Geneve，namespace 裡需要先執行 ethtool -K eth0 tx off',
)

/** What only virtual machines have. */
function machineLines({ accelerator }: LabStatus): Text[] {
  if (!accelerator) return []
  const [en, zhTW] = [ACCELERATED[accelerator].en, ACCELERATED[accelerator]['zh-TW']]
  return [text(`The nodes are virtual machines of QEMU. ${en}`, `節點是 QEMU 的虛擬機器。${zhTW}`)]
}

/** The status in sentences, a line each. */
export function statusLines(status: LabStatus): Text[] {
  if (!status.isUp) return [notUp(status.name)]
  const { ovs, ovn, debian, kernel } = status.versions ?? { ovs: '?', ovn: '?', debian: '?' }
  const flag = labFlag(status.name)
  return [
    text(`Lab "${status.name}" is up.`, `實驗環境「${status.name}」已啟動。`),
    ...status.nodes.map(({ name, isOn, management, underlay }) =>
      text(
        `  ${name.padEnd(10)}  ${isOn ? 'on ' : 'OFF'}  eth0 ${management}  eth1 ${underlay}  eth2 physical network, no address`,
        `  ${name.padEnd(10)}  ${isOn ? '開機' : '關機'}  eth0 ${management}  eth1 ${underlay}  eth2 實體網路，沒有位址`,
      ),
    ),
    text(
      '  the physical network 192.168.10.0/24 has 192.168.10.1, with a database on TCP 5432',
      '  實體網路 192.168.10.0/24 上有 192.168.10.1，它在 TCP 5432 提供資料庫',
    ),
    same(`Open vSwitch ${ovs} · OVN ${ovn} · Debian ${debian}${kernel ? ` · Linux ${kernel}` : ''}`),
    ...machineLines(status),
    ...(status.datapath === 'userspace'
      ? [...USERSPACE, ...(Number.parseFloat(ovs) < 3.5 ? [OLD_USERSPACE] : [])]
      : [text('Datapath: the kernel module openvswitch.', 'Datapath：核心模組 openvswitch。')]),
    text(
      `Enter: npx ovn-lab lab shell${flag} controller · remove: npx ovn-lab lab down${flag}`,
      `進入：npx ovn-lab lab shell${flag} controller · 移除：npx ovn-lab lab down${flag}`,
    ),
  ]
}
