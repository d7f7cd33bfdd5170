import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import xterm from '@xterm/headless'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'
import { noLabReason, type RealLab, realLab } from '../testing/real-lab.ts'

const LAB = 'v-watch'
const COMMAND = [
  join(checkout, 'harness/ovn-lab.mjs'),
  'check',
  'day-06',
  '--watch',
  '--lab',
  LAB,
  '--lang',
  'en',
]
const LEFT = '\u001b[?7h\u001b[?25h\u001b[?1049l'

describe.skipIf(noLabReason)(`check --watch beside a learner's shells${noLabReason}`, () => {
  let lab: RealLab
  let folder: string
  const running: ChildProcess[] = []
  beforeAll(async () => {
    lab = await realLab(LAB)
    folder = fs.mkdtempSync(join(tmpdir(), 'watch-'))
    for (const stage of ['namespaces', 'switch']) await lab.solve(stage)
  })
  afterAll(async () => {
    for (const child of running) child.kill('SIGKILL')
    if (folder) fs.rmSync(folder, { recursive: true, force: true })
    await lab?.down()
  })

  const env = () => ({
    ...process.env,
    OVN_LAB_PROGRESS: '',
    XDG_STATE_HOME: folder,
    TERM: 'xterm',
    NO_COLOR: '1',
  })

  /** The command on a pseudo-terminal (script(1)), and an emulator that shows what it draws. */
  function onTerminal(command: string) {
    const screen = new xterm.Terminal({ cols: 80, rows: 24, allowProposedApi: true })
    const child = spawn('script', ['-qfec', `stty rows 24 cols 80; ${command}`, '/dev/null'], { env: env() })
    running.push(child)
    let output = ''
    child.stdout.on('data', (chunk: Buffer) => {
      output += chunk
      screen.write(chunk)
    })
    const exited = once(child, 'exit')
    return {
      child,
      exited,
      press: (keys: string) => void child.stdin.write(keys),
      get output() {
        return output
      },
      get isAlternate() {
        return screen.buffer.active.type === 'alternate'
      },
      get text() {
        const { active } = screen.buffer
        return Array.from({ length: 24 }, (_, row) =>
          active.getLine(row + active.viewportY)?.translateToString(true),
        ).join('\n')
      },
    }
  }
  const shell = (words: string[]) => words.map(word => `'${word}'`).join(' ')
  const node = () => shell([process.execPath, ...COMMAND])

  it('ends at once with Ctrl-C while an answer is tried, and takes the lab of the trial away', async () => {
    const trials = () => fs.readdirSync('/run/ovn-lab').filter(name => /^hint-\d+$/.test(name))
    const before = trials()
    const watch = onTerminal(`exec ${node()}`)
    await expect.poll(() => watch.text).toMatch(/4 Add the localnet port\n▸ ✘ fails/)
    watch.press('hhh')
    await expect.poll(() => watch.text).toContain('the answer is tried on another lab')
    await expect.poll(() => trials().length).toBeGreaterThan(before.length)
    watch.press('\u0003')
    expect((await watch.exited)[0]).toBe(130)
    // What the report shows of the hint is not an answer that nobody tried.
    expect(watch.output.slice(watch.output.indexOf(LEFT))).not.toContain('add-localnet-port')
    expect(trials()).toEqual(before)
  })

  it('follows the learner, opens hints, remembers them, and gives the terminal back', async () => {
    const json = join(folder, 'last.json')
    const watch = onTerminal(`exec ${node()} --json '${json}'`)
    await expect.poll(() => watch.text).toMatch(/4 Add the localnet port\n▸ ✘ fails/)
    watch.press('h')
    await expect.poll(() => watch.text).toMatch(/Hint {6}\S/)
    await lab.solve('localnet')
    await expect
      .poll(() => watch.text)
      .toMatch(/5 Bind the interfaces[\s\S]*\d\d:\d\d:\d\d controller: [\s\S]* now/)
    watch.press('q')
    expect((await watch.exited)[0]).toBe(1)
    expect(watch.output).toContain(LEFT)
    expect(watch.isAlternate).toBe(false)
    expect(JSON.parse(fs.readFileSync(json, 'utf8'))).toMatchObject({
      verdict: 'fails',
      lab: LAB,
      points: 34,
    })
    const events = fs
      .readFileSync(join(folder, 'ovn-lab/progress.jsonl'), 'utf8')
      .trim()
      .split('\n')
      .map(line => JSON.parse(line))
    expect(events).toContainEqual(expect.objectContaining({ kind: 'hint', claim: 'localnet-port', steps: 1 }))
    expect(events.flatMap(({ claims = [] }) => claims)).toContain('localnet-port')
  })

  it.each(['SIGTERM', 'SIGHUP'] as const)('gives the terminal back after %s', async signal => {
    const watch = onTerminal(`exec ${node()}`)
    await expect.poll(() => watch.text).toContain('q quit')
    const { stdout } = spawnSync('pgrep', ['-P', String(watch.child.pid)], { encoding: 'utf8' })
    process.kill(Number(stdout.trim()), signal)
    expect((await watch.exited)[0]).toBe(signal === 'SIGTERM' ? 143 : 129)
    expect(watch.output.endsWith(LEFT)).toBe(true)
  })

  it('is stopped with Ctrl-Z and goes on with fg, and ends with Ctrl-C', async () => {
    const watch = onTerminal('PS1="ready> " exec bash --norc --noprofile -i')
    await expect.poll(() => watch.text).toContain('ready>')
    watch.press(`${node()}\n`)
    await expect.poll(() => watch.text).toContain('q quit')
    watch.press('\u001a')
    await expect.poll(() => watch.text).toMatch(/Stopped[\s\S]*ready>/)
    expect(watch.isAlternate).toBe(false)
    watch.press('fg\n')
    await expect.poll(() => watch.text).toContain('q quit')
    watch.press('\u0003')
    await expect.poll(() => watch.text).toMatch(/ended\.\s+ready>/)
    watch.press('echo code $?; exit\n')
    await watch.exited
    expect(watch.output).toContain('code 130')
  })

  it('writes lines where there is no terminal', async () => {
    const child = spawn(process.execPath, COMMAND, { env: env(), stdio: ['ignore', 'pipe', 'inherit'] })
    running.push(child)
    let output = ''
    child.stdout.on('data', chunk => {
      output += chunk
    })
    await expect.poll(() => output).toMatch(/Stage 5, .*: 0 of 4\n/)
    await lab.solve('binding')
    await expect.poll(() => output).toMatch(/^\d\d:\d\d:\d\d holds: On controller, the outer end of ns1/m)
    expect(output).not.toMatch(/[\u001b\u2500-\u259f]/)
    child.kill('SIGINT')
    expect((await once(child, 'exit'))[0]).toBe(130)
  })

  it.each(['--record', '--replay'])('is not for %s', flag => {
    const { status, stderr } = spawnSync(process.execPath, [...COMMAND, flag, join(folder, 'x')], {
      encoding: 'utf8',
    })
    expect([status, stderr]).toEqual([
      3,
      `--watch follows machines while they change: it cannot be used with ${flag}.\n`,
    ])
  })
})
