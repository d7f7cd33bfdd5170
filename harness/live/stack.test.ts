import { describe, expect, it } from 'vitest'
import { stackFrom } from './stack.ts'

const MARK = 'f00d'
const output = (...parts: string[]) => parts.join(`${MARK}\n`)

describe('what a namespace does with packets', () => {
  it('is read from ip, sysctl and nft', () => {
    const routes =
      '[{"type":"blackhole","dst":"default","table":"99","flags":[]},{"dst":"192.168.10.0/24","dev":"eth0","protocol":"kernel","scope":"link","flags":[]},{"dst":"default","gateway":"192.168.10.1","dev":"eth0","flags":[]}]\n'
    const rules =
      '[{"priority":0,"src":"all","table":"local"},{"priority":10,"src":"192.168.10.100","table":"99"},{"priority":11,"src":"10.0.0.0","srclen":8,"dst":"192.168.10.1","fwmark":"0x3","action":"blackhole"}]\n'
    const neighbours =
      '[{"dst":"192.168.10.1","dev":"eth0","lladdr":"02:00:c0:a8:0a:01","state":["REACHABLE"]},{"dst":"192.168.10.9","dev":"eth0","lladdr":"02:00:00:00:00:09","state":["PERMANENT"]}]\n'
    const ruleset = `table inet f {
	chain in {
		type filter hook input priority filter; policy accept;
		ip protocol icmp drop
	}
}
`
    expect(stackFrom(output(routes, rules, neighbours, '1\n', '0\n8\n1\n', ruleset), MARK)).toEqual({
      routes: [
        { table: '99', destination: 'default', type: 'blackhole' },
        { destination: '192.168.10.0/24', device: 'eth0', type: 'unicast' },
        { destination: 'default', gateway: '192.168.10.1', device: 'eth0', type: 'unicast' },
      ],
      rules: [
        { table: 'local' },
        { source: '192.168.10.100/32', table: '99' },
        {
          source: '10.0.0.0/8',
          destination: '192.168.10.1/32',
          action: 'blackhole',
          isConditional: true,
        },
      ],
      staticNeighbours: [{ address: '192.168.10.9', device: 'eth0', mac: '02:00:00:00:00:09' }],
      echoIgnoreAll: 1,
      arpIgnore: 8,
      filters: ['inet f in: ip protocol icmp drop'],
    })
  })

  it('is read where there is nothing, and where nft is missing', () => {
    expect(stackFrom(output('', '', '', '0\n', '', ''), MARK)).toEqual({
      routes: [],
      rules: [],
      staticNeighbours: [],
      echoIgnoreAll: 0,
      arpIgnore: 0,
      filters: [],
    })
  })

  it('is refused where it is cut', () => {
    expect(() => stackFrom(output('[]', '[]', '[]', '[]', '0\n'), MARK)).toThrow(SyntaxError)
  })
})
