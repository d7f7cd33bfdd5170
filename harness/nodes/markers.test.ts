import { describe, expect, it } from 'vitest'
import type { Machine } from '../ssh/machine.ts'
import { Markers } from './markers.ts'

const listen = ['controller', 'hypervisor'].map(node => ({ node, link: 'eth1' }))
const marker = { link: 'eth1', from: { node: 'controller' }, to: '192.168.33.20' }

/** Sends the markers from machines whose ping says so; tells what was run on which node, and which markers must be heard. */
async function sent(said: string, code: number, isSent?: boolean) {
  let made = 0
  const markers = new Markers({ markers: [marker], listen }, () => `token${made++}`)
  const ran: string[] = []
  const machineOf = async (node: string) => {
    const run = async (script: string) => {
      ran.push(`${node} ${script.includes('255.255.255.255') ? 'broadcast' : 'ping'}`)
      const mark = /'([0-9a-f]{32}) end'/.exec(script)?.[1]
      return { code: 0, stdout: Buffer.from(`${mark} 0 ${code}\n${said}\n${mark} end\n`), stderr: '' }
    }
    return { node, run } as unknown as Machine
  }
  await markers.send(machineOf, () => isSent)
  return { ran, must: listen.map(at => markers.of(at)) }
}

describe('a marker', () => {
  it('must be heard by whoever listens on its link', async () => {
    const { ran, must } = await sent('1 packets transmitted, 1 received', 0)
    expect(ran).toEqual(['controller ping'])
    expect(must).toEqual([['token0'], ['token0']])
  })

  it('that was lost must be heard all the same', async () => {
    expect((await sent('1 packets transmitted, 0 received', 1)).must).toEqual([['token0'], ['token0']])
  })

  it('that was heard on its way must be heard elsewhere as well', async () => {
    expect((await sent('1 packets transmitted, 0 received', 1, true)).must).toEqual([['token0'], ['token0']])
  })

  it('that never left, of which ping tells nothing, gives way to a broadcast of each node that listens', async () => {
    expect((await sent('1 packets transmitted, 0 received', 1, false)).must).toEqual([['token1'], ['token2']])
    expect((await sent('1 packets transmitted, 1 received', 0, false)).must).toEqual([['token0'], ['token0']])
  })

  it('that its own kernel refuses to send gives way to a broadcast of each node that listens', async () => {
    const { ran, must } = await sent('ping: connect: Invalid argument', 2)
    expect(ran).toEqual(['controller ping', 'controller broadcast', 'hypervisor broadcast'])
    expect(must).toEqual([['token1'], ['token2']])
  })
})
