import { spawnSync } from 'node:child_process'
import {
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkout } from '../../core/checkout.ts'
import { demoLesson } from '../../lesson/demo-lesson.ts'
import { otherMachinesReason } from '../../testing/part.ts'
import { installTools } from '../host.ts'
import { hostAsItIs, named, whyNot } from '../lab.testing.ts'
import { OF_ROOT } from '../places.ts'
import { noRoot } from '../privilege.ts'
import { TUN } from './room.ts'

/** A user with no right to become root, whose home others may not look into. */
const UID = 47110
const RUN = `/tmp/ovn-lab-${UID}`
/** Where that user sees the checkout, which may itself lie in a folder for root only. */
const COURSE = '/mnt'
const UP = ['lab', 'up', '--lab', 'own', '--provider', 'qemu']
const why = (await whyNot('qemu')) ?? otherMachinesReason(2)

describe.skipIf(why)(named('a lab of virtual machines without root', why), () => {
  let folder = ''
  let home = ''
  let before = ''

  /** Runs `ovn-lab …` as that user, with or without ids of his own. */
  const ovnLab = (
    words: string[],
    {
      hasIds = true,
      hasTun = true,
      stoppedBy,
    }: { hasIds?: boolean; hasTun?: boolean; stoppedBy?: NodeJS.Signals } = {},
  ) => {
    const etc = join(folder, hasIds ? 'etc' : 'etc-without')
    const script = [
      `mount -t overlay -o ro,lowerdir=${etc}:/etc overlay /etc`,
      `mount --bind ${checkout} ${COURSE}`,
      `mount --bind ${join(folder, hasTun ? 'tun' : 'tun-of-root')} ${TUN}`,
      'exec "$@"',
    ].join(' && ')
    const alone = ['--mount', '--propagation', 'private', 'sh', '-c', script, 'sh']
    const asUser = ['setpriv', `--reuid=${UID}`, `--regid=${UID}`, '--clear-groups']
    const env = [
      'env',
      '-i',
      '--chdir',
      home,
      `HOME=${home}`,
      'PATH=/usr/local/bin:/usr/bin:/bin',
      'LC_ALL=C',
      // What a learner has reached stays when a lab is taken down.
      'OVN_LAB_PROGRESS=off',
    ]
    // In the middle of the build of their image, or of the machines' boot.
    const stop = stoppedBy ? ['timeout', '--foreground', '--preserve-status', '--signal', stoppedBy, '9'] : []
    const command = [process.execPath, join(COURSE, 'harness/ovn-lab.mjs'), ...words]
    const [program = '', ...argv] = [...stop, 'unshare', ...alone, ...asUser, ...env, ...command]
    const { status, stdout, stderr } = spawnSync(program, argv, { encoding: 'utf8' })
    return { code: status, stdout, stderr }
  }
  const lab = (...words: string[]) => ovnLab(['lab', ...words])
  const code = (words: string[]) => ovnLab(words).code
  /** What is left of that user's labs: processes, and files but the image. */
  const traces = () => [
    ...readdirSync('/proc').filter(name => /^\d+$/.test(name) && isOfUser(name)),
    ...[RUN, join(home, '.local/state/ovn-lab')].filter(path => existsSync(path)),
  ]

  beforeAll(async () => {
    await installTools('qemu', () => undefined)
    // Built by its owner: this user may only read the checkout.
    spawnSync(process.execPath, [join(checkout, 'harness/ovn-lab.mjs'), 'lab', 'status'])
    mkdirSync(OF_ROOT.cache, { recursive: true })
    folder = mkdtempSync(join(OF_ROOT.cache, 'user-test-'))
    spawnSync('chmod', ['755', folder])
    home = join(folder, 'home')
    mkdirSync(home, { mode: 0o700 })
    chownSync(home, UID, UID)
    const put = (file: string, line: string) => {
      const own = existsSync(`/etc/${file}`) ? readFileSync(`/etc/${file}`, 'utf8') : ''
      for (const etc of ['etc', 'etc-without']) {
        mkdirSync(join(folder, etc), { recursive: true })
        const isLeftOut = etc === 'etc-without' && file.startsWith('sub')
        writeFileSync(join(folder, etc, file), isLeftOut ? own : own + line)
      }
    }
    // As systemd makes it, and as it is where only root may use it; the machine's own may be either.
    const { rdev } = statSync(TUN)
    for (const [name, mode] of Object.entries({ tun: '666', 'tun-of-root': '600' }))
      spawnSync('mknod', [`--mode=${mode}`, join(folder, name), 'c', String(rdev >> 8), String(rdev & 0xff)])
    put('passwd', `learner47110:x:${UID}:${UID}::${home}:/bin/sh\n`)
    put('group', `learner47110:x:${UID}:\n`)
    put('subuid', 'learner47110:471100000:65536\n')
    put('subgid', 'learner47110:471100000:65536\n')
    before = await hostAsItIs()
  })
  afterAll(() => {
    lab('down', '--lab', 'own')
    rmSync(folder, { recursive: true, force: true })
  })

  it('is refused in one sentence where the kind of lab needs root, or the user lacks ids or a device', () => {
    const embedded = lab('up')
    expect(embedded).toEqual({ code: 3, stdout: '', stderr: `${noRoot.en}\n` })
    const without = ovnLab(UP, { hasIds: false })
    expect(without.code).toBe(3)
    expect(without.stderr).toMatch(/^Virtual machines need root, or a user namespace .*\/etc\/subuid.*\n$/)
    const closed = ovnLab(UP, { hasTun: false })
    expect(closed.code).toBe(3)
    expect(closed.stderr).toMatch(
      /^Virtual machines need \/dev\/net\/tun .*, and you have no permission .*\n$/,
    )
    expect(traces()).toEqual([])
  })

  it('is refused where somebody else has taken the place of its files', () => {
    mkdirSync(RUN)
    const { code, stderr } = ovnLab(UP)
    rmSync(RUN, { recursive: true })
    expect([code, stderr]).toEqual([
      3,
      `${RUN}, where the lab would keep its files, belongs to another user: ask its owner to remove it.\n`,
    ])
  })

  it('leaves nothing after down where its start was killed in the middle', () => {
    ovnLab(UP, { stoppedBy: 'SIGKILL' })
    lab('down', '--lab', 'own')
    expect(traces()).toEqual([])
  })

  it('takes away what it began where it is interrupted, and says so once', () => {
    const { code, stderr } = ovnLab(UP, { stoppedBy: 'SIGTERM' })
    expect([code, stderr]).toEqual([130, 'Interrupted: everything that had been started was removed.\n'])
    expect(traces()).toEqual([])
  })

  it('comes up, is judged, solved, reset and entered by that user', async () => {
    expect(ovnLab(UP)).toMatchObject({ code: 0, stderr: '' })
    expect(lab('status', '--lab', 'own').code).toBe(0)
    expect(await hostAsItIs()).toBe(before)
    expect(code(['check', demoLesson(), '--lab', 'own'])).toBe(1)
    expect(code(['solve', demoLesson(), '--lab', 'own'])).toBe(0)
    expect(code(['check', demoLesson(), '--lab', 'own'])).toBe(0)
    expect(lab('exec', '--lab', 'own', 'hypervisor', '--', 'sh', '-c', 'hostname; exit 42')).toEqual({
      code: 42,
      stdout: 'hypervisor\n',
      stderr: '',
    })
    expect(lab('reset', '--lab', 'own').code).toBe(0)
    expect(code(['check', demoLesson(), '--lab', 'own'])).toBe(1)
  })

  it('is found and taken down where the folder of its session went away', () => {
    rmSync(RUN, { recursive: true })
    expect(lab('status', '--lab', 'own').code).not.toBe(0)
    expect(lab('down', '--lab', 'own')).toMatchObject({ code: 0, stderr: '' })
    expect(traces()).toEqual([])
    const images = () => readdirSync(join(home, '.cache/ovn-lab')).filter(name => name.startsWith('image-'))
    expect(images()).toHaveLength(1)
    expect(lab('down', '--lab', 'own', '--images').code).toBe(0)
    expect(images()).toEqual([])
    expect(traces()).toEqual([])
  })
})

/** Whether a process that has not ended belongs to the user, by his own id or one of his range. */
function isOfUser(pid: string): boolean {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    const uid = Number(/^Uid:\t(\d+)/m.exec(status)?.[1])
    const isOver = /^State:\tZ/m.test(status)
    return !isOver && (uid === UID || (uid >= 471100000 && uid < 471165536))
  } catch {
    return false
  }
}
