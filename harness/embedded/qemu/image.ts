import { mkdirSync, readdirSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { runToItsEnd } from '../run-to-its-end.ts'

/** The files of an image that virtual machines boot from. */
export const imageFiles = (image: string) => ({
  disk: join(image, 'disk.ext4'),
  kernel: join(image, 'vmlinuz'),
  initrd: join(image, 'initrd.img'),
})

/** The disk is sparse: what a learner never writes takes no room. */
const DISK_SIZE = '2g'
/** What stands outside of the nodes, in the root file system of an image. */
export const OUTSIDE = 'usr/lib/ovn-lab-outside'
/** What of the root file system is still read when its disk is made (versionsIn, outsideIn). */
const KEPT = ['var/lib/dpkg/status', 'etc/debian_version', OUTSIDE]

/**
 * Makes of a root file system (a folder) an image for virtual machines: a disk, the kernel and its initrd.
 * mke2fs copies the folder by itself: no loop device, no mount. Rejects with what it said.
 */
export async function packDisk(rootFs: string, image: string, signal: AbortSignal): Promise<void> {
  const files = imageFiles(image)
  const boot = join(rootFs, 'boot')
  for (const [prefix, target] of [
    ['vmlinuz-', files.kernel],
    ['initrd.img-', files.initrd],
  ] as const) {
    const [name] = readdirSync(boot).filter(entry => entry.startsWith(prefix))
    if (name === undefined) throw new Error(`the image has no /boot/${prefix}*`)
    renameSync(join(boot, name), target)
  }
  const argv = ['mke2fs', '-q', '-t', 'ext4', '-m', '0', '-d', rootFs, files.disk, DISK_SIZE]
  const made = await runToItsEnd(argv, { env: process.env, signal })
  signal.throwIfAborted()
  if (made.code !== 0) throw new Error(`mke2fs: ${made.stderr.trim()}`)
  for (const file of KEPT) {
    mkdirSync(dirname(join(image, file)), { recursive: true })
    renameSync(join(rootFs, file), join(image, file))
  }
}
