import { describe, expect, it } from 'vitest'
import { programsFrom } from './programs.ts'

const lines = (...facts: string[][]) => facts.map(fact => `mark\t${fact.join('\t')}\n`).join('')

describe('what the answers of a node are made with', () => {
  it('is told by file, with what the package manager has of it', () => {
    const said = lines(
      ['file', 'ping', '/usr/bin/ping', '/usr/bin/ping', 'iputils-ping', 'aa'],
      ['file', 'sudo', '/usr/local/bin/sudo', '/usr/local/bin/sudo', 'sudo', '', '/usr/bin/sudo'],
      ['file', 'ovs-vswitchd', '/opt/a%0ab', '/opt/a%0ab'],
      ['digest', '/usr/bin/ping', 'bb'],
      ['server', 'Open_vSwitch', '/run/db.sock', '/usr/bin/perl'],
      ['preload', '', '/tmp/%e4%bd%a0.so'],
      ['library', 'tcpdump', '/usr/lib/libpcap.so.1', 'libpcap0.8t64', 'cc'],
      ['digest', '/usr/lib/libpcap.so.1', 'dd'],
      ['library', 'ip', '/opt/libcap.so.2', 'libcap2', '', '/usr/lib/libcap.so.2.75'],
      ['undigested', '/usr/bin/tc', 'iproute2'],
      ['machine', 'boot', 'net:[1]'],
      ['end'],
    )
    expect(programsFrom(`what a start-up file says\n${said}`, 'mark')).toEqual({
      files: [
        {
          name: 'ping',
          path: '/usr/bin/ping',
          file: '/usr/bin/ping',
          package: 'iputils-ping',
          listed: 'aa',
          found: 'bb',
        },
        {
          name: 'sudo',
          path: '/usr/local/bin/sudo',
          file: '/usr/local/bin/sudo',
          instead: { path: '/usr/bin/sudo', package: 'sudo' },
        },
        { name: 'ovs-vswitchd', path: '/opt/a\nb', file: '/opt/a\nb' },
      ],
      servers: [{ of: 'Open_vSwitch', socket: '/run/db.sock', file: '/usr/bin/perl' }],
      preloaded: [{ file: '/tmp/你.so', into: '' }],
      libraries: [
        {
          into: 'tcpdump',
          file: '/usr/lib/libpcap.so.1',
          package: 'libpcap0.8t64',
          listed: 'cc',
          found: 'dd',
        },
        {
          into: 'ip',
          file: '/opt/libcap.so.2',
          instead: { path: '/usr/lib/libcap.so.2.75', package: 'libcap2' },
        },
      ],
      undigested: [{ file: '/usr/bin/tc', package: 'iproute2' }],
      interpreted: [],
      boot: 'boot',
      netns: 'net:[1]',
    })
  })

  it('is not known where the end is missing, or the mark is another', () => {
    expect(() => programsFrom(lines(['machine', 'boot', 'net:[1]']), 'mark')).toThrow(SyntaxError)
    expect(() => programsFrom(lines(['end']), 'other')).toThrow(SyntaxError)
  })
})
