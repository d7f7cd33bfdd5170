import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from 'playwright-core'
import { paced } from './paced.ts'

const CHROMIUM = '/usr/bin/chromium'
/** Where borrow-tools.mjs unpacks what tests need and a machine lacks. */
const BORROWED = '/var/cache/ovn-lab'

/** Why no page can be opened here; undefined where it can. For `describe.skipIf`. */
export const noBrowser = (): string | undefined =>
  existsSync(CHROMIUM) || borrowed() ? undefined : `there is no ${CHROMIUM}`

/** Starts Debian's Chromium, installed or borrowed; closing it leaves nothing. */
export async function launchChromium(): Promise<Browser> {
  const folder = mkdtempSync(join(tmpdir(), 'chromium-'))
  const browser = await chromium.launch({
    executablePath: existsSync(CHROMIUM) ? CHROMIUM : wrapped(folder),
    timeout: paced(30_000),
    // Root has no sandbox, and containers a small /dev/shm.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), '--disable-dev-shm-usage', '--disable-gpu'],
  })
  browser.on('disconnected', () => rmSync(folder, { recursive: true, force: true }))
  return browser
}

function borrowed(): string | undefined {
  if (process.getuid?.() !== 0 || !existsSync(BORROWED)) return undefined
  const name = readdirSync(BORROWED).find(one => one.startsWith('test-tools-') && one.includes('chromium'))
  return name && join(BORROWED, name)
}

/**
 * A program that runs the borrowed one, with a view of /usr and /etc that only it sees. (The tests on labs are not run in such a
 * view: the labs would be, too.)
 */
function wrapped(folder: string): string {
  const tools = borrowed()
  const file = join(folder, 'chromium')
  const inside = `mount -t overlay -o ro,lowerdir=/usr:${tools}/usr overlay /usr &&
mount -t overlay -o ro,lowerdir=/etc:${tools}/etc overlay /etc && exec ${CHROMIUM} "$@"`
  writeFileSync(
    file,
    `#!/bin/sh\nexec unshare --mount --propagation private sh -c '${inside}' chromium "$@"\n`,
    {
      mode: 0o755,
    },
  )
  return file
}
