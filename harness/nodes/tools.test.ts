import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { toolCommand } from './tools.ts'

/** A machine's PATH, with programs that tell how they were called. */
let bin: string
beforeEach(() => {
  bin = join(mkdtempSync(join(tmpdir(), 'ovn-lab-tools-')), 'bin')
  mkdirSync(bin)
})
afterEach(() => rmSync(join(bin, '..'), { recursive: true }))

const install = (name: string, script = `echo "${name} $*"`) => {
  writeFileSync(join(bin, name), `#!/bin/sh\n${script}\n`)
  chmodSync(join(bin, name), 0o755)
}
const ran = (command: string) => {
  const { stdout, stderr } = spawnSync('/bin/sh', ['-c', `${command} dump-flows br-int`], {
    env: { PATH: bin },
    encoding: 'utf8',
  })
  return (stdout || stderr).trim()
}
/** An engine in which only these containers run. */
const engine = (...containers: string[]) =>
  `case $2 in ${containers.join('|')}) shift 2; echo "in a container: $*" ;; *) exit 1 ;; esac`

describe('a tool of a node', () => {
  it('is the one of the machine itself, before any other', () => {
    for (const name of ['ovs-ofctl', 'microovn.ovs-ofctl']) install(name)
    expect(ran(toolCommand('ovs-ofctl'))).toBe('ovs-ofctl dump-flows br-int')
  })

  it('is that of MicroOVN’s snap', () => {
    install('microovn.ovs-ofctl')
    expect(ran(toolCommand('ovs-ofctl'))).toBe('microovn.ovs-ofctl dump-flows br-int')
  })

  it.each(['docker', 'podman'])('is that in kolla-ansible’s container, with %s', program => {
    install(program, engine('openvswitch_vswitchd', 'ovn_northd'))
    expect(ran(toolCommand('ovs-appctl'))).toBe('in a container: ovs-appctl dump-flows br-int')
    expect(ran(toolCommand('ovn-appctl', undefined, 'ovn-northd'))).toMatch(/^in a container: ovn-appctl/)
    expect(ran(toolCommand('ovn-appctl', undefined, 'ovn-controller'))).toMatch(/ovn-appctl:? not found/)
  })

  it('is the one that was told', () => {
    install('ovs-ofctl')
    install('nerdctl')
    expect(ran(toolCommand('ovs-ofctl', 'nerdctl exec ovs'))).toBe(
      'nerdctl exec ovs ovs-ofctl dump-flows br-int',
    )
  })

  it('is missed by its own name where there is none', () => {
    expect(ran(toolCommand('ovs-ofctl'))).toMatch(/ovs-ofctl:? not found/)
  })
})
