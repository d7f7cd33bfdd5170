import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'
import { lock } from './lock.ts'
import { OF_ROOT, placesHere } from './places.ts'
import { OUTSIDE, packDisk } from './qemu/image.ts'
import { PROVISION, type Recipe } from './recipe.ts'
import { runToItsEnd } from './run-to-its-end.ts'
import type { Say } from './sentences.ts'
import { $ } from './shell.ts'
import { readState, type Versions } from './state.ts'

/** What an image takes in the cache. */
const SIZE_MB = { embedded: 425, qemu: 620 }
/** How postgresql-common is told what to make of itself (pg_createcluster(8)). */
const CLUSTERS = 'etc/postgresql-common/createcluster.d'
const DEBIAN = 'http://deb.debian.org/debian'
export const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg'
/**
 * Signatures are checked; their age is not. A mirror that is behind by weeks (unstable's files expire within one)
 * still gives a true Debian, to machines that have no way out.
 */
export const MIRROR_MAY_LAG = ['--aptopt=Acquire::Check-Valid-Until "false"']

/**
 * What both nodes boot from, built once for each recipe and kept in the cache.
 * Returns its folder. A build that breaks off leaves nothing that could be taken for an image.
 */
export async function ensureImage(recipe: Recipe, say: Say, signal: AbortSignal): Promise<string> {
  const image = imageFolder(recipe)
  if (existsSync(image)) return image
  await using _building = await lock('image', () =>
    say(text('Another lab is building the image; waiting for it.', '另一個實驗環境正在建立映像檔，等待中。')),
  )
  if (existsSync(image)) return image
  const { cache } = placesHere()
  const unfinished = join(cache, 'unfinished')
  rmSync(unfinished, { recursive: true, force: true })
  const ofRoot = join(OF_ROOT.cache, imageName(recipe))
  if (ofRoot !== image && existsSync(ofRoot)) {
    // Root's own may be removed while a lab of ours still needs it.
    await $`cp -R --sparse=always ${ofRoot} ${unfinished}`
    renameSync(unfinished, image)
    return image
  }
  say(
    text(
      `Building the image of the nodes (Debian ${recipe.suite}, once; about a minute and ${SIZE_MB[recipe.provider]} MB in ${cache}).`,
      `建立節點的映像檔（Debian ${recipe.suite}，只需一次；約一分鐘，在 ${cache} 佔用 ${SIZE_MB[recipe.provider]} MB）。`,
    ),
  )
  if (recipe.provider === 'qemu') {
    const rootFs = join(unfinished, 'root')
    await bootstrap(recipe, rootFs, signal)
    await packDisk(rootFs, unfinished, signal)
    rmSync(rootFs, { recursive: true })
  } else await bootstrap(recipe, unfinished, signal)
  renameSync(unfinished, image)
  return image
}

/** Where the image of a recipe is, once it is built. */
export const imageFolder = ({ suite, hash }: Recipe): string =>
  join(placesHere().cache, imageName({ suite, hash }))

/** The root directory of the databases outside, which build.sh has made: no node runs it. */
export const outsideIn = (image: string): string => join(image, OUTSIDE)

const imageName = ({ suite, hash }: Pick<Recipe, 'suite' | 'hash'>) => `image-${suite}-${hash}`

async function bootstrap(recipe: Recipe, target: string, signal: AbortSignal): Promise<void> {
  const problems: string[] = []
  const env = { ...process.env, OVN_LAB_PROVISION: PROVISION }
  for (const mirror of await mirrors()) {
    mkdirSync(dirname(target), { recursive: true })
    const isVirtual = recipe.provider === 'qemu'
    const hooks = [
      // Before the kernel is installed, which makes its initrd as they say.
      ...(isVirtual ? ['--essential-hook=cp -R "$OVN_LAB_PROVISION/qemu/files/." "$1"'] : []),
      // Debian would make a database of its own, which build.sh would throw away.
      `--essential-hook=mkdir -p "$1/${CLUSTERS}" && echo 'create_main_cluster = false' >"$1/${CLUSTERS}/none.conf"`,
      '--customize-hook=mkdir "$1/tmp/provision" && cp -R "$OVN_LAB_PROVISION/." "$1/tmp/provision"',
      '--customize-hook=chroot "$1" sh /tmp/provision/setup.sh /tmp/provision',
      '--customize-hook=chroot "$1" sh /tmp/provision/outside/build.sh /tmp/provision/outside',
      '--customize-hook=chroot "$1" sh /tmp/provision/embedded/trim.sh',
      ...(isVirtual ? ['--customize-hook=chroot "$1" sh /tmp/provision/qemu/trim.sh'] : []),
      '--customize-hook=rm -rf "$1/tmp/provision"',
    ]
    const argv = ['mmdebstrap', '--variant=minbase', `--keyring=${KEYRING}`, ...MIRROR_MAY_LAG]
    argv.push(`--include=${recipe.packages.join(',')}`, ...hooks, recipe.suite, target, mirror)
    const made = await runToItsEnd(argv, { env, signal })
    if (made.code === 0) return
    rmSync(target, { recursive: true, force: true })
    signal.throwIfAborted()
    problems.push(`\n  ${mirror}: ${causeIn(made.stderr)}`)
  }
  throw new BadCall(
    text(
      `The image of the nodes could not be built. Can this machine reach a Debian mirror (setting OVN_LAB_MIRROR)?${problems.join('')}`,
      `無法建立節點的映像檔。這台機器連得到 Debian 的鏡像站嗎（可用 OVN_LAB_MIRROR 設定）？${problems.join('')}`,
    ),
  )
}

/** The first error is the cause; all that follow come of it. */
function causeIn(stderr: string): string {
  const lines = stderr.trim().split('\n')
  const cause =
    lines.find(line => /^E:/.test(line)) ?? lines.find(line => /error/i.test(line)) ?? lines.at(-1)
  return (cause ?? '').replace(/^E:\s*/, '').slice(0, 200)
}

/** Mirrors to try: the one that is set, else the one a Debian host uses itself, then Debian's own. */
export async function mirrors(): Promise<string[]> {
  if (process.env.OVN_LAB_MIRROR) return [process.env.OVN_LAB_MIRROR]
  const targets =
    await $`apt-get indextargets --format ${'$(REPO_URI)'} ${'Origin: Debian'} ${'Component: main'}`.nothrow()
  const own = targets.lines().filter(uri => /^https?:/.test(uri) && !/security|snapshot/.test(uri))
  return [...new Set([...own.map(uri => uri.replace(/\/$/, '')).slice(0, 1), DEBIAN])]
}

/** Removes cached images that no lab uses, with what unfinished builds left. */
export async function removeImages(say: Say): Promise<void> {
  const { cache, run } = placesHere()
  if (!existsSync(cache)) return
  await using _alone = await lock('image', () => {})
  const labs = existsSync(run) ? readdirSync(run) : []
  const used = new Set(labs.map(lab => readState(lab)?.image))
  const unused = readdirSync(cache)
    .filter(name => name.startsWith('image-') || name === 'unfinished')
    .map(name => join(cache, name))
    .filter(path => !used.has(path))
  for (const path of unused) rmSync(path, { recursive: true, force: true })
  say(text(`Images removed: ${unused.length}.`, `已移除的映像檔：${unused.length} 個。`))
}

/** Versions of what an image holds, as dpkg has them there (without Debian's revision). */
export function versionsIn(image: string): Versions {
  const status = readFileSync(join(image, 'var/lib/dpkg/status'), 'utf8')
  const version = (name: string) => {
    const paragraph = status.split('\n\n').find(part => part.startsWith(`Package: ${name}\n`))
    return /^Version: (?:\d+:)?([^-+~\n]+)/m.exec(paragraph ?? '')?.[1] ?? '?'
  }
  // The package of a kernel is named after what uname -r says.
  const kernel = /^Package: linux-image-(\d\S+)$/m.exec(status)?.[1]
  return {
    ...(kernel && { kernel }),
    ovs: version('openvswitch-switch'),
    ovn: version('ovn-central'),
    debian: readFileSync(join(image, 'etc/debian_version'), 'utf8').trim(),
  }
}
