import { existsSync, readFileSync, statfsSync } from 'node:fs'
import { dirname } from 'node:path'
import { type Text, text } from '../../core/text.ts'
import { nodeNames, type Topology } from '../../topology/topology.ts'
import { countedNodes } from '../../topology/words.ts'
import { paths } from '../names.ts'
import { placesHere } from '../places.ts'
import { MEMORY_MIB, qemuFor } from './virtual-machine.ts'

/** The device of tap interfaces (tuntap.rst of the kernel's documentation). */
export const TUN = '/dev/net/tun'
const MIB = 2 ** 20
/** Beside the memory of its machine, what QEMU was seen to need, translations included. */
const QEMU_MIB = 150
/** What building the image takes, which is there as a folder and as a disk for a moment. */
const BUILD_MIB = 1200
/** For each machine: its snapshot, and what its disk takes on until a learner fills it. */
const DISK_MIB = 500

/** Why this computer has no virtual machines of ours, whatever is installed; undefined where it has. Changes nothing. */
export function whyNoMachines(): Text | undefined {
  if (qemuFor(process.arch) === undefined)
    return text(
      `Virtual machines of the lab need an x86-64 or ARM64 processor, and this is ${process.arch}.`,
      `實驗環境的虛擬機器需要 x86-64 或 ARM64 處理器，而這裡是 ${process.arch}。`,
    )
  if (existsSync(TUN)) return undefined
  return text(
    `Virtual machines need ${TUN} for their networks, but it does not exist: load the kernel module tun (modprobe tun), or, in a container, add the device to it.`,
    `虛擬機器需要 ${TUN} 來連接網路，但這裡沒有：請載入核心模組 tun（modprobe tun）；如果是在容器裡，請把這個裝置加進容器。`,
  )
}

/** What more virtual machines would find on this computer. */
export interface Room {
  memoryMib: number
  /** Free in the cache of images, and where disks are; the same number where both are on one file system. */
  cacheMib: number
  disksMib: number
  isImageThere: boolean
}

/** Looks how much room there is. */
export function roomHere(lab: string, image: string): Room {
  const available = /^MemAvailable: +(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1]
  return {
    memoryMib: Number(available ?? Infinity) / 1024,
    cacheMib: freeMib(placesHere().cache),
    disksMib: freeMib(paths(lab).disks),
    isImageThere: existsSync(image),
  }
}

function freeMib(folder: string): number {
  if (!existsSync(folder)) return freeMib(dirname(folder))
  const { bavail, bsize } = statfsSync(folder)
  return Math.floor((bavail * bsize) / MIB)
}

/** What is short for the virtual machines of a lab, before anything is built; undefined when there is room. */
export function shortage(
  { memoryMib, cacheMib, disksMib, isImageThere }: Room,
  topology: Topology,
): Text | undefined {
  const { length: count } = nodeNames(topology)
  const machines = countedMachines(topology)
  const memory = count * (MEMORY_MIB + QEMU_MIB)
  if (memoryMib < memory) {
    const [has, needs] = [Math.floor(memoryMib), memory]
    return text(
      `${machines.en} need ${needs} MiB of memory, and ${has} MiB are free: close some programs, or use the embedded lab (npx ovn-lab lab up).`,
      `${machines['zh-TW']}需要 ${needs} MiB 記憶體，目前只剩 ${has} MiB：請關閉一些程式，或改用內建實驗環境（npx ovn-lab lab up）。`,
    )
  }
  const disks = count * DISK_MIB
  const cache = isImageThere ? 0 : BUILD_MIB + disks
  const places = placesHere()
  if (disksMib < disks) return tooLittle(machines, places.disks, disks, disksMib)
  return cacheMib < cache ? tooLittle(machines, places.cache, cache, cacheMib) : undefined
}

function countedMachines(topology: Topology): Text {
  const { en, 'zh-TW': zhTW } = countedNodes(topology)
  return text(`${en.charAt(0).toUpperCase()}${en.slice(1)} virtual machines`, `${zhTW}台虛擬機器`)
}

const tooLittle = (machines: Text, folder: string, needsMib: number, hasMib: number) =>
  text(
    `${machines.en} need ${needsMib} MiB on the disk of ${folder}, and ${hasMib} MiB are free there: free some space first.`,
    `${machines['zh-TW']}在 ${folder} 所在的磁碟上需要 ${needsMib} MiB，目前只剩 ${hasMib} MiB：請先騰出空間。`,
  )
