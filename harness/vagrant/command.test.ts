import { spawnSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { checkout } from '../core/checkout.ts'

const folder = mkdtempSync(join(tmpdir(), 'ovn-lab-vagrant-'))
afterAll(() => rmSync(folder, { recursive: true }))
beforeEach(() => rmSync(join(folder, 'dot'), { recursive: true, force: true }))

/** A program `vagrant` that writes down what it was asked, and answers with a script. */
function fakeVagrant(script: string): void {
  rmSync(join(folder, 'asked'), { force: true })
  mkdirSync(join(folder, 'bin'), { recursive: true })
  const file = join(folder, 'bin/vagrant')
  writeFileSync(file, `#!/bin/sh\necho "$*" >>${folder}/asked\n${script}\n`)
  chmodSync(file, 0o755)
}

const states = (word: string) =>
  `[ "$1" != status ] || printf '0,%s,provider-name,libvirt\\n0,%s,state,${word}\\n' controller controller hypervisor hypervisor`

function ovnLab(words: string[], env: NodeJS.ProcessEnv = {}) {
  const ran = spawnSync(process.execPath, [join(checkout, 'harness/ovn-lab.mjs'), ...words, '--lang', 'en'], {
    cwd: folder,
    env: { PATH: `${folder}/bin:/usr/bin:/bin`, VAGRANT_DOTFILE_PATH: join(folder, 'dot'), ...env },
    encoding: 'utf8',
  })
  return { code: ran.status, stdout: ran.stdout, stderr: ran.stderr }
}
const choose = () => {
  mkdirSync(join(folder, 'dot/ovn-lab'), { recursive: true })
  writeFileSync(join(folder, 'dot/ovn-lab/chosen'), '')
}

describe('the virtual machines as a kind of lab', () => {
  it('are looked at by name, with exit code 1 while they are not well', () => {
    fakeVagrant(states('poweroff'))
    const { code, stdout } = ovnLab(['lab', 'status', '--lab', 'vagrant'])
    expect(code).toBe(1)
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'Lab "vagrant" is not ready (libvirt).',
      '  controller  OFF  poweroff',
      '  hypervisor  OFF  poweroff',
    ])
  })

  it('are meant without a name once the learner has chosen them', () => {
    fakeVagrant(states('poweroff'))
    choose()
    expect(ovnLab(['lab', 'status']).stdout).toContain('Lab "vagrant" is not ready')
    expect(ovnLab(['lab', 'status', '--lab', 'v-none']).stdout).toContain('Lab "v-none" is not up')
  })

  it('are no longer meant after down, which forgets what was kept of them', () => {
    fakeVagrant(states('not_created'))
    choose()
    expect(ovnLab(['lab', 'down'])).toMatchObject({ code: 0, stdout: 'Lab "vagrant" is removed.\n' })
    expect(ovnLab(['lab', 'status', '--lab', 'vagrant']).stdout).toContain('controller is not created.')
    expect(ovnLab(['lab', 'down', '--lab', 'vagrant']).stdout).toBe(
      'Lab "vagrant" is not up; there is nothing to remove.\n',
    )
  })

  it('have one name', () => {
    const { code, stderr } = ovnLab(['lab', 'up', '--provider', 'vagrant', '--lab', 'v-other'])
    expect([code, stderr]).toEqual([3, 'The lab of virtual machines is named vagrant: omit --lab v-other.\n'])
  })

  it('are not started where this computer cannot run them, with what to change', () => {
    fakeVagrant(`${states('not_created')}; [ "$1" != --version ] || echo Vagrant 2.4.9`)
    // No computer has that much.
    const { code, stderr } = ovnLab(['lab', 'up', '--provider', 'vagrant'], { OVN_LAB_MEMORY: '99999999' })
    expect(code).toBe(3)
    expect(stderr).toContain('The virtual machines cannot run here yet; nothing was built.')
    expect(stderr).toMatch(/Too little memory: .* and 200000254 MiB are needed\. .*\n {6}→ /)
    const asked = readFileSync(join(folder, 'asked'), 'utf8').trim().split('\n')
    expect(asked.filter(words => /^(up|provision)/.test(words))).toEqual([])
    expect(existsSync(join(folder, 'dot/ovn-lab/chosen'))).toBe(false)
  })

  it('say in one sentence that there is no Vagrant', () => {
    const ran = ovnLab(['lab', 'exec', '--lab', 'vagrant', 'controller', 'true'], { PATH: '/nonexistent' })
    expect(ran.code).toBe(3)
    expect(ran.stderr).toContain('npm run lab doctor says what is missing')
  })

  it('know two nodes', () => {
    fakeVagrant('exit 1')
    expect(ovnLab(['lab', 'exec', '--lab', 'vagrant', 'nowhere', 'true'])).toEqual({
      code: 3,
      stdout: '',
      stderr: 'There is no node "nowhere": the nodes are controller and hypervisor.\n',
    })
  })
})
