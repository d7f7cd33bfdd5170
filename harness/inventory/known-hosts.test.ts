import { describe, expect, it } from 'vitest'
import { namesHost, parseKnownHosts } from './known-hosts.ts'

const KEY = 'AAAAC3NzaC1lZDI1NTE5AAAAIJl0i1iu9EHRPmGCTHlAIy2b2n9qxHMb4Sv8aDkJh3kU'

describe('parseKnownHosts', () => {
  it('leaves out comments, broken lines, certificate authorities and keys of another type than they say', () => {
    const content = `# comment
\tone,two ssh-ed25519 ${KEY} me@here
@revoked three ssh-ed25519 ${KEY}
@cert-authority *.lab ssh-ed25519 ${KEY}
four ssh-rsa ${KEY}
five ssh-ed25519
six ssh-ed25519 AAAA
`
    const seen = parseKnownHosts(content).map(({ hosts, revoked, type }) => ({ hosts, revoked, type }))
    expect(seen).toEqual([
      { hosts: 'one,two', revoked: false, type: 'ssh-ed25519' },
      { hosts: 'three', revoked: true, type: 'ssh-ed25519' },
    ])
  })
})

describe('namesHost', () => {
  it.each([
    ['lab', 'lab', true],
    ['LAB', 'lab', true],
    ['lab', '[lab]:2222', false],
    ['[lab]:2222', '[lab]:2222', true],
    ['a,*.lab', 'x.lab', true],
    ['*.lab,!x.lab', 'x.lab', false],
    ['192.168.1.?', '192.168.1.7', true],
    ['192.168.1.?', '192x168.1.7', false],
    ['|1|no', 'lab', false],
  ])('%s names %s: %s', (hosts, name, isNamed) => {
    expect(namesHost(hosts, name)).toBe(isNamed)
  })
})
