import { describe, expect, it } from 'vitest'
import type { ProgramFacts } from '../../harness/look/evidence.ts'
import { honest, programs, reasons } from '../testing/forged.ts'

describe('programs that are not what they are called', () => {
  it.each<[string, Partial<ProgramFacts>, string]>([
    [
      'another file in the place of the package’s',
      { files: [{ ...honest.files[0]!, found: 'b' }] },
      'ping on hypervisor (/usr/bin/ping) is not the one of package iputils-ping',
    ],
    [
      'a file that is found before the package’s',
      {
        files: [
          {
            name: 'sudo',
            path: '/usr/local/bin/sudo',
            file: '/usr/local/bin/sudo',
            instead: { path: '/usr/bin/sudo', package: 'sudo' },
          },
        ],
      },
      'sudo on hypervisor is /usr/local/bin/sudo, not /usr/bin/sudo of package sudo',
    ],
    [
      'a relay on the socket of a database',
      { servers: [{ of: 'Open_vSwitch', socket: '/run/db.sock', file: '/usr/bin/perl' }] },
      'what answers for the Open vSwitch database on hypervisor is /usr/bin/perl, and not ovsdb-server',
    ],
    [
      'a library in every program',
      { preloaded: [{ into: '', file: '/tmp/liar.so' }] },
      '/tmp/liar.so is loaded into every program on hypervisor, and belongs to no package',
    ],
    [
      'another library in the place of the package’s',
      {
        libraries: [
          {
            into: 'tcpdump',
            file: '/usr/lib/libpcap.so.1',
            package: 'libpcap0.8t64',
            listed: 'a',
            found: 'b',
          },
        ],
      },
      '/usr/lib/libpcap.so.1, which tcpdump on hypervisor loads, is not the one of package libpcap0.8t64',
    ],
    [
      'a library that is found before the package’s',
      {
        libraries: [
          {
            into: 'tcpdump',
            file: '/opt/libpcap.so.0.8',
            instead: { path: '/usr/lib/libpcap.so.1', package: 'libpcap0.8t64' },
          },
        ],
      },
      'tcpdump on hypervisor loads /opt/libpcap.so.0.8, not /usr/lib/libpcap.so.1 of package libpcap0.8t64',
    ],
    [
      'an interpreter before a program',
      { interpreted: [{ program: 'ping', interpreter: '/tmp/liar' }] },
      'hypervisor does not run ping itself: its kernel hands it to /tmp/liar (binfmt_misc)',
    ],
  ])('%s', async (_, facts, sentence) => {
    expect(await reasons(recorded => programs(recorded, facts))).toEqual([sentence])
  })
})
