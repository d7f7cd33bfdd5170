import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { localMachine } from './testing/local-machine.ts'
import { makeNodes, whyNoNamespaces } from './testing/two-nodes.ts'
import { makeTraffic } from './traffic.ts'

const reason = whyNoNamespaces()
describe.skipIf(reason)(`TCP connections on a real link${reason ? ` (skipped, ${reason})` : ''}`, () => {
  let nodes: ReturnType<typeof makeNodes>
  beforeAll(() => {
    nodes = makeNodes()
  })
  afterAll(() => nodes.remove())

  it('are answered where nobody listens, and heard by their ports as requests and replies', async () => {
    const machines = { a: localMachine('a', nodes.a), b: localMachine('b', nodes.b) }
    const { pings, captures } = await makeTraffic(
      {
        look: 'traffic',
        pings: [{ from: { node: 'a' }, to: '192.168.33.20', tcpPort: 81 }],
        listen: [{ node: 'b', link: 'eth1' }],
        markers: [],
      },
      async node => machines[node as 'a' | 'b'],
    )
    await Promise.all([machines.a.close(), machines.b.close()])
    expect(pings).toMatchObject([{ sent: 20, received: 20, refused: 20, tcpPort: 81 }])
    expect(captures).toMatchObject([
      {
        heard: [
          { icmp: 'echo-request', count: 20 },
          { icmp: 'echo-reply', count: 20 },
        ],
      },
    ])
  })
})
