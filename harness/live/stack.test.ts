import { describe, expect, it } from 'vitest'
import { stackFrom } from './stack.ts'

const MARK = 'f00d'
const output = (...parts: string[]) => parts.join(`${MARK}\n`)

describe('what a namespace does with packets', () => {
  it('is read from ip, sysctl and nft', () => {
    const routes =
      '[{"dst":"192.168.10.0/24","dev":"eth0","protocol":"kernel","scope":"link","flags":[]},{"type":"blackhole","dst":"10.0.0.0/8","flags":[]},{"dst":"default","gateway":"192.168.10.1","dev":"eth0","flags":[]}]\n'
    const neighbours =
      '[{"dst":"192.168.10.1","dev":"eth0","lladdr":"02:00:c0:a8:0a:01","state":["REACHABLE"]},{"dst":"192.168.10.9","dev":"eth0","lladdr":"02:00:00:00:00:09","state":["PERMANENT"]}]\n'
    const ruleset = `table inet f {
	chain in {
		type filter hook input priority filter; policy accept;
		ip protocol icmp drop
	}
}
`
    expect(stackFrom(output(routes, neighbours, '1\n', ruleset), MARK)).toEqual({
      routes: [
        { destination: '192.168.10.0/24', device: 'eth0', type: 'unicast' },
        { destination: '10.0.0.0/8', type: 'blackhole' },
        { destination: 'default', gateway: '192.168.10.1', device: 'eth0', type: 'unicast' },
      ],
      staticNeighbours: [{ address: '192.168.10.9', device: 'eth0', mac: '02:00:00:00:00:09' }],
      echoIgnoreAll: 1,
      filters: ['inet f in: ip protocol icmp drop'],
    })
  })

  it('is read where there is nothing, and where nft is missing', () => {
    expect(stackFrom(output('', '', '0\n', ''), MARK)).toEqual({
      routes: [],
      staticNeighbours: [],
      echoIgnoreAll: 0,
      filters: [],
    })
  })

  it('is refused where it is cut', () => {
    expect(() => stackFrom(output('[]', '[]'), MARK)).toThrow(SyntaxError)
  })
})
