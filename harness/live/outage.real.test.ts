import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type HostileLab, hostileLab, until } from '../testing/hostile/hostile-lab.ts'
import { otherTurn } from '../testing/part.ts'
import { noLabReason } from '../testing/real-lab.ts'
import { checked, type Watching, watching } from './watching.testing.ts'

const NAME = 'live-outage'

const notHere = noLabReason || otherTurn(3)

describe.skipIf(notHere)(`what a lesson that is watched outlives${notHere}`, () => {
  let lab: HostileLab
  let seen: Watching
  let before: string[]

  beforeAll(async () => {
    lab = await hostileLab(NAME)
    before = await lab.processes()
    seen = await watching(lab, NAME)
    await seen.live.settled()
  })
  afterAll(async () => {
    await seen?.live.close()
    await lab?.down()
  })

  const failed = () => seen.flips.filter(({ to }) => to === 'fails' || to === 'waits')

  it('a connection that is cut: unknown, with the reason, and then on', async () => {
    seen.from()
    await lab.inside('hypervisor', "pkill -f '^sshd.*: vagrant'")
    await expect.poll(() => seen.events.some(({ kind }) => kind === 'node')).toBe(true)
    await seen.until('no-geneve-hypervisor', 'holds')
    await seen.live.settled()
    expect(seen.live.nodes.every(({ isOpen }) => isOpen)).toBe(true)
    expect(failed()).toEqual([])
  })

  it.each([
    ['OVN', 'systemctl restart ovn-central ovn-host', 'controller'],
    ['Open vSwitch', 'systemctl restart openvswitch-switch', 'hypervisor'],
  ])('a restart of %s', async (_, restart, node) => {
    seen.from()
    await lab.inside(node, restart)
    // What is back before anybody has looked was never unknown.
    await expect.poll(() => seen.events.some(({ kind }) => kind === 'judging')).toBe(true)
    await seen.live.settled()
    await seen.until('no-geneve-hypervisor', 'holds')
    expect(await seen.verdicts()).toEqual(await checked(lab))
    expect(failed()).toEqual([])
  })

  it('a node that nothing is heard of for a while', async () => {
    seen.from()
    await lab.broken(
      'hypervisor',
      { damage: 'ip link set eth0 down', mend: 'ip link set eth0 up' },
      async () => {
        await expect.poll(() => seen.live.judgements.get('ns2-address')?.verdict).toBe('unknown')
        expect(seen.live.judgements.get('ns1-address')?.verdict).toBe('holds')
        // On a busy machine an answer may be overdue before its connection is.
        const hypervisor = () => seen.live.nodes.find(({ node }) => node === 'hypervisor')
        await expect.poll(() => hypervisor()?.isOpen).toBe(false)
      },
    )
    await seen.until('no-geneve-hypervisor', 'holds')
    expect(failed()).toEqual([])
  })

  it('a reboot: unknown, then what is gone with it', async () => {
    seen.from()
    await lab.inside('hypervisor', 'systemctl reboot').catch(() => undefined)
    await seen.until('ns2-address', 'unknown')
    await seen.until('ns2-address', 'fails')
    expect(seen.flips.filter(({ claim }) => claim === 'ns2-address').map(({ to }) => to)).toEqual([
      'unknown',
      'fails',
    ])
    expect(await seen.verdicts()).toEqual(await checked(lab))
  })

  it('nothing is left on the nodes, nor a namespace kept, when it is closed', async () => {
    await lab.solveAll()
    await seen.until('no-geneve-hypervisor', 'holds')
    const during = await lab.processes()
    expect(during.filter(line => line.includes('watches'))).not.toEqual([])
    await seen.live.close()
    const left = await until(
      async () => (await lab.processes()).filter(line => !before.includes(line) && /perl|sshd/.test(line)),
      lines => lines.length === 0,
    )
    expect(left).toEqual([])
  })
})
