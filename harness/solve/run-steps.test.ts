import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { connectMachine } from '../ssh/connect.ts'
import type { Machine } from '../ssh/machine.ts'
import { startSshd, type TestSshd, whyNoSshd } from '../ssh/sshd.testing.ts'
import { runSteps, StepFailed } from './run-steps.ts'
import type { Step } from './solution.ts'

const why = whyNoSshd()

describe.skipIf(why)(`steps over ssh${why ? ` (skipped: ${why})` : ''}`, () => {
  let sshd: TestSshd
  let folder: string
  let machines: Record<string, Machine>
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ovn-lab-steps-'))
    sshd = await startSshd()
    machines = {
      controller: await connectMachine('controller', sshd.address),
      hypervisor: await connectMachine('hypervisor', { ...sshd.address, user: 'vagrant' }),
    }
  })
  afterAll(async () => {
    await Promise.all(Object.values(machines).map(machine => machine.close()))
    await sshd.stop()
    await rm(folder, { recursive: true })
  })

  const on = (node: string, run: string): Step => ({ on: node, run })
  const asked: string[] = []
  const run = (steps: Step[], helper = '', told: Step[] = []) =>
    runSteps(
      steps,
      helper,
      async node => {
        asked.push(node)
        return machines[node]!
      },
      step => told.push(step),
    )
  const said = (name: string) => readFile(join(folder, name), 'utf8')

  it('are run one after another, each on its node, as root, and told before', async () => {
    const steps = [
      on('controller', `id -u > ${folder}/order`),
      on('hypervisor', `id -u >> ${folder}/order; echo second >> ${folder}/order`),
    ]
    const told: Step[] = []
    asked.length = 0
    await run(steps, '', told)
    expect(await said('order')).toBe('0\n0\nsecond\n')
    expect(asked).toEqual(['controller', 'hypervisor'])
    expect(told).toEqual(steps)
  })

  it('have the functions of the helper, and no quoting can go wrong', async () => {
    const helper = `tell-it() { printf '%s|' "$@" > ${folder}/words; }`
    await run([on('controller', `tell-it "it's" 'a "b"' \\$HOME '\`x\`' 網路`)], helper)
    expect(await said('words')).toBe('it\'s|a "b"|$HOME|`x`|網路|')
  })

  it('are bash, whatever the login shell is', async () => {
    await run([
      on('hypervisor', `list=(a b); [[ \${list[1]} == b ]] && echo "$BASH_VERSION" > ${folder}/shell`),
    ])
    expect(await said('shell')).toMatch(/^\d+\./)
  })

  it('end at the first line that fails, and nothing after it is run', async () => {
    const steps = [
      on('controller', `echo before > ${folder}/first\nls /no/such/file\necho after >> ${folder}/first`),
      on('hypervisor', `touch ${folder}/never`),
    ]
    const thrown = await run(steps).catch((error: unknown) => error)
    expect(thrown).toBeInstanceOf(StepFailed)
    const { reason, where } = thrown as StepFailed
    expect(where).toBe('controller')
    expect(reason.en).toBe(
      `on controller, "${steps[0]?.run}" ended with exit code 2: ls: cannot access '/no/such/file': No such file or directory`,
    )
    expect(await said('first')).toBe('before\n')
    await expect(said('never')).rejects.toThrow('ENOENT')
  })

  it('give what was said, on standard output where there is no error', async () => {
    const thrown = (await run([on('hypervisor', '  echo no bridge\n  exit 7\n')]).catch(
      (error: unknown) => error,
    )) as StepFailed
    expect(thrown.reason).toEqual({
      en: 'on hypervisor, "echo no bridge\n  exit 7" ended with exit code 7: no bridge',
      'zh-TW': '在 hypervisor 上執行「echo no bridge\n  exit 7」失敗（結束代碼 7）：no bridge',
    })
  })

  it('reach no machine where there are none', async () => {
    asked.length = 0
    await run([])
    expect(asked).toEqual([])
  })
})
