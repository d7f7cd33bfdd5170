import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { KEYRING, MIRROR_MAY_LAG, mirrors } from '../../embedded/image.ts'
import { OF_ROOT } from '../../embedded/places.ts'
import { readRecipe } from '../../embedded/recipe.ts'
import { runToItsEnd } from '../../embedded/run-to-its-end.ts'
import { $ } from '../../embedded/shell.ts'

const SCRIPT = join(import.meta.dirname, 'box.sh')
/** What a box has beside the packages of a node: a kernel that boots, and what asks for an address. */
const FOR_A_BOX = ['linux-image-cloud-amd64', 'initramfs-tools', 'systemd-resolved', 'e2fsprogs', 'netbase']

/** Direct kernel boot: no boot loader has to be installed into an image that nobody may mount. */
const BOX_VAGRANTFILE = `Vagrant.configure('2') do |config|
  config.vm.boot_timeout = 900
  config.vm.provider :libvirt do |libvirt|
    libvirt.kernel = File.join(__dir__, 'vmlinuz')
    libvirt.initrd = File.join(__dir__, 'initrd.img')
    libvirt.cmd_line = 'root=/dev/vda rw console=ttyS0 quiet'
    libvirt.graphics_type = 'none'
    libvirt.video_type = 'none'
  end
end
`

/**
 * A box for vagrant-libvirt of this machine's own making, once for each recipe, in the cache: its file. The packages of
 * a node are in it, as the machines of the test have no way to a mirror; they run before anything configured them,
 * which provisioning has to cope with.
 */
export async function ensureBox(log: (line: string) => void): Promise<string> {
  const recipe = readRecipe('embedded', 'trixie')
  const hash = createHash('sha256')
  for (const part of [
    JSON.stringify(recipe.packages),
    readFileSync(SCRIPT),
    BOX_VAGRANTFILE,
    FOR_A_BOX.join(),
  ])
    hash.update(part)
  const box = join(OF_ROOT.cache, `box-${hash.digest('hex').slice(0, 12)}.box`)
  if (existsSync(box)) return box
  const folder = join(OF_ROOT.cache, `box-unfinished-${process.pid}`)
  const root = join(folder, 'root')
  mkdirSync(folder, { recursive: true })
  try {
    log('building a box of Debian trixie')
    await bootstrap(root, [...FOR_A_BOX, ...recipe.packages])
    await pack(root, folder)
    renameSync(join(folder, 'packed.box'), box)
    return box
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function bootstrap(root: string, packages: string[]): Promise<void> {
  const key = (await $`dpkg -L vagrant`).lines().find(file => file.endsWith('/keys/vagrant.pub'))
  const [mirror = ''] = await mirrors()
  const argv = ['mmdebstrap', '--variant=minbase', `--keyring=${KEYRING}`, ...MIRROR_MAY_LAG]
  argv.push(`--include=${packages.join(',')}`, `--customize-hook=sh ${SCRIPT} "$1" ${key}`)
  const made = await runToItsEnd([...argv, 'trixie', root, mirror], {
    env: process.env,
    signal: new AbortController().signal,
  })
  if (made.code !== 0) throw new Error(`mmdebstrap: ${made.stderr.slice(-2000)}`)
}

/** A tar file of what vagrant-libvirt wants (its README, "Box Format"), with the kernel beside the disk. */
async function pack(root: string, folder: string): Promise<void> {
  const [raw, kernel, initrd] = ['disk.raw', 'vmlinuz', 'initrd.img'].map(name => join(folder, name))
  const boot = (await $`ls ${join(root, 'boot')}`).lines()
  const found = (start: string) => join(root, 'boot', boot.find(name => name.startsWith(start)) ?? start)
  copyFileSync(found('vmlinuz-'), kernel!)
  copyFileSync(found('initrd.img-'), initrd!)
  // No loop device and no mount: mke2fs fills the file system itself.
  await $`mke2fs -q -t ext4 -d ${root} -L box ${raw!} 3G`
  await $`qemu-img convert -O qcow2 ${raw!} ${join(folder, 'box.img')}`
  writeFileSync(
    join(folder, 'metadata.json'),
    JSON.stringify({ provider: 'libvirt', format: 'qcow2', virtual_size: 3 }),
  )
  writeFileSync(join(folder, 'Vagrantfile'), BOX_VAGRANTFILE)
  await $`tar -C ${folder} -cf ${join(folder, 'packed.box')} metadata.json Vagrantfile box.img vmlinuz initrd.img`
}
