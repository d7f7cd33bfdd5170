import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { CannotLook } from '../core/errors.ts'
import { hierarchies } from '../embedded/cgroup.ts'
import { judgeLesson } from '../judge/judge-lesson.ts'
import { loadProofs } from '../judge/load-proofs.ts'
import { type Lesson, withoutExtra } from '../lesson/lesson.ts'
import { loadLesson } from '../lesson/load-lesson.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason, verdictsOf } from '../testing/real-lab.ts'
import { USUAL_LIMITS } from './node-scripts.ts'
import { reachSubmission } from './reach-submission.ts'
import { type Sandboxes, sandboxes } from './sandboxes.ts'

const signal = new AbortController().signal
const OUTPUT_BYTES = 100_000

const SOLVED = {
  'controller.sh': `# part: namespaces
create-ns ns1 192.168.10.100
# part: switch
create-ovn-ls-and-lsp ls0
false
add-localnet-port ls0 flat0
# part: binding
assign-iface-to-ovn-lsp ls0 ns1
add-bridge-mapping eth2 flat0
`,
  'hypervisor.sh': `# part: namespaces
create-ns ns2 192.168.10.200
ip netns exec ns2 sleep infinity &
# part: binding
assign-iface-to-ovn-lsp ls0 ns2
add-bridge-mapping eth2 flat0
`,
}

/** Leaves whatever it can where the next one might meet it, and takes all there is. */
const HOSTILE = {
  'controller.sh': `${SOLVED['controller.sh']}# part: outside
timeout 2 bash -c '</dev/tcp/GRADER/22' 2>&1 | grep -o 'unreachable'
ip route
# part: harm
echo vagrant:mine | chpasswd
echo "vagrant ALL=(ALL) ALL" >/etc/sudoers.d/zz
for tool in ovn-nbctl ovn-sbctl ovs-vsctl ip; do printf '#!/bin/sh\\nexit 0\\n' >/usr/local/bin/$tool; done
printf '#!/bin/sh\\nexit 0\\n' >/usr/bin/ovn-nbctl
mount --bind /usr/bin/true /usr/bin/tcpdump
echo '* * * * * root touch /cron' >/etc/crontab
ovn-nbctl lr-add left-behind
(yes endless) &
dd if=/dev/zero of=/full bs=1M 2>/dev/null
yes and more | head -c 1000000
`,
  'hypervisor.sh': `${SOLVED['hypervisor.sh']}# part: harm
sleep infinity
`,
}

/** Nothing of them is there to be asked afterwards. */
const GONE = {
  'controller.sh': `${SOLVED['controller.sh']}rm -rf --no-preserve-root / 2>/dev/null\n`,
  'hypervisor.sh': 'systemctl disable --now ssh; kill -9 $(pgrep sshd); sleep 5\n',
}

/** Whether the kernel can limit the memory of a lab here (cgroups(7)). */
const countsMemory = () =>
  hierarchies().some(
    mount =>
      existsSync(join(mount, 'memory.limit_in_bytes')) ||
      (existsSync(join(mount, 'cgroup.controllers')) &&
        readFileSync(join(mount, 'cgroup.controllers'), 'utf8').includes('memory')),
  )

const notHere = noLabReason || otherTurn(1)

describe.skipIf(notHere)(`what is handed in${notHere}`, () => {
  let lesson: Lesson
  let folder: string
  let pool: Sandboxes
  beforeAll(async () => {
    lesson = await loadLesson('day-06')
    folder = await mkdtemp(join(tmpdir(), 'ovn-lab-handed-in-'))
    pool = sandboxes({ provider: 'embedded', count: 1 })
  })
  afterAll(async () => {
    await pool?.close()
    await rm(folder, { recursive: true })
  })

  async function reached(name: string, files: Record<string, string>, timeMs = USUAL_LIMITS.timeMs) {
    const of = join(folder, name)
    await mkdir(of, { recursive: true })
    for (const [file, content] of Object.entries(files)) await writeFile(join(of, file), content)
    const limits = { ...USUAL_LIMITS, timeMs, outputBytes: OUTPUT_BYTES }
    const reach = reachSubmission({ provider: 'embedded', sandboxes: pool, limits })
    return reach({ id: name, name, work: { kind: 'submission', folder: of } }, lesson, signal)
  }
  async function judged(name: string, files: Record<string, string>) {
    const { looker, submission, how, release } = await reached(name, files)
    try {
      const options = { onJudged: () => undefined, signal }
      const judgements = await judgeLesson(lesson, await loadProofs(lesson), looker, options)
      const verdicts = verdictsOf(judgements, { ...lesson, stages: withoutExtra(lesson.stages) })
      return { how, ran: submission.ran, verdicts: Object.values(verdicts), holds: held(verdicts) }
    } finally {
      await looker.close()
      await release()
    }
  }
  const held = (verdicts: Record<string, string>) =>
    Object.keys(verdicts).filter(claim => verdicts[claim] === 'holds')
  const given = () =>
    lesson.stages.flatMap(({ claims }) => claims.filter(claim => claim.given).map(({ id }) => id))

  it('is judged by what it makes, and a command that failed is told and costs nothing', async () => {
    const { how, verdicts, ran } = await judged('a', SOLVED)
    expect(how).toBe('submission on embedded')
    expect(verdicts.filter(verdict => verdict !== 'holds')).toEqual([])
    expect(ran.map(({ file, line, exit }) => [file, line, exit])).toEqual([
      ['controller.sh', 1, 0],
      ['hypervisor.sh', 1, 0],
      ['controller.sh', 3, 0],
      ['controller.sh', 7, 0],
      ['hypervisor.sh', 4, 0],
    ])
    expect(ran[2]?.failed).toEqual([{ line: 5, text: 'false', exitCode: 1 }])
    expect(ran[2]?.lastOutput).toContain('ls0-ns2')
  })

  it('gets nothing of what the student before made', async () => {
    const { holds, verdicts, ran } = await judged('b', { 'controller.sh': '# I had no time\n' })
    expect(ran).toEqual([])
    expect(holds).toEqual(given())
    expect(verdicts).not.toContain('unknown')
  })

  it('has limits of time and output, and reaches nobody outside its lab', async () => {
    const grader = Object.values(networkInterfaces())
      .flat()
      .find(one => one && !one.internal && one.family === 'IPv4')?.address
    const files = {
      ...HOSTILE,
      'controller.sh': HOSTILE['controller.sh'].replace('GRADER', grader ?? '10.0.0.1'),
    }
    const { looker, submission, release } = await reached('hostile', files, 5_000)
    await looker.close()
    await release()
    const [outside, harm, asleep] = submission.ran.slice(-3)
    expect(asleep?.exit).toBe('time')
    expect(harm?.lastOutput.length).toBeLessThanOrEqual(4096)
    expect(harm?.outputBytes).toBeGreaterThanOrEqual(OUTPUT_BYTES)
    expect(outside?.lastOutput).toMatch(/^unreachable\n/)
    expect(outside?.lastOutput).not.toContain('default')
  })

  it.skipIf(!countsMemory())('cannot fill the memory of this computer with files', async () => {
    const full = {
      'controller.sh':
        'mount -t tmpfs -o size=8g tmpfs /mnt\nhead -c 4G /dev/zero >/mnt/full && echo all of it\n',
    }
    const ran = await reached('full', full).then(
      async ({ looker, submission, release }) => {
        await looker.close()
        await release()
        return submission.ran.map(({ lastOutput }) => lastOutput).join('')
      },
      // The kernel may end whoever could have told.
      (error: unknown) => String(error),
    )
    expect(ran).not.toContain('all of it')
  })

  it('that takes the machines from under us says nothing about the network, by name', async () => {
    const thrown = await reached('gone', GONE, 5_000).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(CannotLook)
    expect((thrown as CannotLook).reason.en).toMatch(
      /^(controller|hypervisor)\.sh:\d+ did not run to its end: /,
    )
  })

  it('that cannot be run as it was meant is no wrong network either', async () => {
    const thrown = await reached('other', { 'controler.sh': '' }).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(CannotLook)
    expect((thrown as CannotLook).reason.en).toContain('controler.sh')
  })

  it('still gets nothing of what the students before left, however they tried', async () => {
    const { holds, verdicts } = await judged('b2', { 'controller.sh': '' })
    expect(holds).toEqual(given())
    expect(verdicts).not.toContain('unknown')
  })
})
