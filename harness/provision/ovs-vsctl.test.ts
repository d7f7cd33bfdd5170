import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const wrapper = join(import.meta.dirname, 'userspace/usr/local/bin/ovs-vsctl')
const folder = mkdtempSync(join(tmpdir(), 'ovs-vsctl-'))
const echo = join(folder, 'echo')
// Stands where the real ovs-vsctl stands, and says which words it was given; `br-exists fake0` is true.
writeFileSync(echo, '#!/bin/sh\n[ "$1" = br-exists ] && { [ "$2" = fake0 ]; exit; }\nprintf "%s|" "$@"\n')
chmodSync(echo, 0o755)
afterAll(() => rmSync(folder, { recursive: true }))

/** The words the real ovs-vsctl gets for a command line, which is given as words with blanks between. */
function rewritten(line: string | string[], real = echo): string {
  const words = typeof line === 'string' ? line.split(' ').filter(Boolean) : line
  const ran = spawnSync('sh', [wrapper, ...words], { env: { ...process.env, OVN_LAB_REAL_VSCTL: real } })
  return ran.stdout.toString().split('|').slice(0, -1).join(' ')
}

const netdev = (bridge: string) => `-- set Bridge ${bridge} datapath_type=netdev`

describe('ovs-vsctl on the userspace datapath', () => {
  it.each([
    ['add-br br-eth2', `add-br br-eth2 ${netdev('br-eth2')}`],
    ['--may-exist add-br br0', `--may-exist add-br br0 ${netdev('br0')}`],
    ['-- --may-exist add-br br0', `-- --may-exist add-br br0 ${netdev('br0')}`],
    ['-t 5 add-br br0', `-t 5 add-br br0 ${netdev('br0')}`],
    ['-t5 add-br br0', `-t5 add-br br0 ${netdev('br0')}`],
    ['--timeout=5 add-br br0', `--timeout=5 add-br br0 ${netdev('br0')}`],
    ['--timeout 5 add-br br0', `--timeout 5 add-br br0 ${netdev('br0')}`],
    ['--time 5 --no-wait add-br br0', `--time 5 --no-wait add-br br0 ${netdev('br0')}`],
    ['--db unix:/x --retry add-br br0', `--db unix:/x --retry add-br br0 ${netdev('br0')}`],
    ['-vconsole:off add-br br0', `-vconsole:off add-br br0 ${netdev('br0')}`],
  ])('%s makes a userspace bridge', (typed, given) => {
    expect(rewritten(typed)).toBe(given)
  })

  it('adds its words right after each add-br of several commands', () => {
    expect(rewritten('add-br br0 -- add-port br0 eth2 -- add-br br1 -- list-br')).toBe(
      `add-br br0 ${netdev('br0')} -- add-port br0 eth2 -- add-br br1 ${netdev('br1')} -- list-br`,
    )
  })

  it('lets a datapath type that is typed win, as it comes later', () => {
    expect(rewritten('add-br br0 -- set Bridge br0 datapath_type=system')).toBe(
      `add-br br0 ${netdev('br0')} -- set Bridge br0 datapath_type=system`,
    )
  })

  it.each([
    'show',
    'add-port br0 add-br',
    'add-br fake0 br0 100',
    'add-br',
    '--help',
    '-t add-br br0',
    'list-br -- add-br fake0 br0 100 -- show',
    '--may-exist add-br fake0',
    'set Bridge br0 other_config:x=add-br -- del-br br0',
    '-- --id=@p create Port name=p -- list Port',
    'add-port br-int p -- set Interface p external_ids:iface-id=ls0-ns1',
  ])('leaves "%s" as it is', line => {
    expect(rewritten(line)).toBe(line)
  })

  it('keeps words with blanks, quotes and nothing in them', () => {
    const words = ['add-br', 'br0', '--', 'set', 'Bridge', 'br0', 'external_ids:a="b c"', '', '$HOME', '*']
    expect(rewritten(words)).toBe(
      `add-br br0 ${netdev('br0')} -- set Bridge br0 external_ids:a="b c"  $HOME *`,
    )
  })

  it('gives back the exit code of the real one', () => {
    const failing = join(folder, 'failing')
    writeFileSync(failing, '#!/bin/sh\necho no >&2\nexit 2\n')
    chmodSync(failing, 0o755)
    for (const options of [[], ['--oneline']]) {
      const ran = spawnSync('sh', [wrapper, ...options, 'add-br', 'br0'], {
        env: { ...process.env, OVN_LAB_REAL_VSCTL: failing },
      })
      expect([ran.status, ran.stderr.toString()]).toEqual([2, 'no\n'])
    }
  })

  it('takes the lines of its own commands out of --oneline', () => {
    const lines = join(folder, 'lines')
    // One line a command, as --oneline does it.
    writeFileSync(lines, '#!/bin/sh\ni=1\nfor word; do [ "$word" = -- ] && i=$((i+1)); done\nseq 1 $i\n')
    chmodSync(lines, 0o755)
    const ran = spawnSync('sh', [wrapper, '--oneline', ...'add-br a -- list-br -- add-br b'.split(' ')], {
      env: { ...process.env, OVN_LAB_REAL_VSCTL: lines },
    })
    expect(ran.stdout.toString()).toBe('1\n3\n4\n')
  })
})
