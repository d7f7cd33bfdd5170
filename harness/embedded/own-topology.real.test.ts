import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { down } from './down.ts'
import { embeddedInventory } from './embedded-inventory.ts'
import { named, ovnLab, sh, whyNot } from './lab.testing.ts'
import { status, statusLines } from './status.ts'
import { up } from './up.ts'

const why = await whyNot()
const LAB = 'e-own'
const NODES = ['one', 'two', 'gateway']

/** Three nodes, other addresses, another central one, and two physical networks of which one has nobody outside. */
const OWN = `links:
  eth0: { role: management, subnet: 10.9.8.0/24, mtuBytes: 1500, outside: { number: 2 } }
  eth1: { role: underlay, subnet: 172.16.5.0/24, mtuBytes: 1600 }
  eth2: { role: physical, subnet: 192.168.20.0/24, mtuBytes: 1500, outside: { number: 9, databasePort: 5433 } }
  eth3: { role: physical, subnet: 192.168.21.0/24, mtuBytes: 1500 }
nodes: { one: { number: 11 }, two: { number: 12 }, gateway: { number: 40 } }
central: two
`

describe.skipIf(why)(named('a lab of a lesson with its own topology', why), () => {
  const lessonFolder = mkdtempSync(join(tmpdir(), 'e-own-'))
  const said: string[] = []

  beforeAll(async () => {
    writeFileSync(join(lessonFolder, 'topology.yaml'), OWN)
    await up(LAB, line => said.push(line.en), { lessonFolder })
  })
  afterAll(async () => {
    await down(LAB, () => {})
    rmSync(lessonFolder, { recursive: true })
  })

  it('has its machines, and says so', async () => {
    expect(said).toContain(`Starting lab "${LAB}": three nodes on this machine.`)
    expect(statusLines(await status(LAB)).map(line => line.en)).toEqual(
      expect.arrayContaining([
        '  gateway     on   eth0 10.9.8.40  eth1 172.16.5.40  eth2 physical network, no address  eth3 physical network, no address',
        '  the physical network 192.168.20.0/24 has 192.168.20.9, with PostgreSQL on TCP port 5433',
        expect.stringContaining(`lab shell --lab ${LAB} two `),
      ]),
    )
    const inventory = await embeddedInventory(LAB)
    expect(Object.keys(inventory?.nodes ?? {})).toEqual(NODES)
    expect(inventory?.wires).toMatchObject({
      ports: { gateway: { eth1: 'gateway-eth1', eth2: 'gateway-eth2', eth3: 'gateway-eth3' } },
      markers: [
        { link: 'eth2', to: '198.51.100.15' },
        { link: 'eth3', to: '198.51.100.31' },
      ],
    })
  })

  it('works: every node is a chassis of the one central node, and reaches the others and who is outside', async () => {
    const list = 'ovn-sbctl --bare --columns=hostname list Chassis | xargs -n 1 | sort | xargs'
    expect((await sh(LAB, 'two', list)).stdout).toBe('gateway one two\n')
    expect((await sh(LAB, 'one', 'systemctl is-active ovn-central')).stdout).toBe('inactive\n')
    const ping = 'for n in one two; do ping -c 1 -W 5 $n; done >/dev/null && echo there'
    expect((await sh(LAB, 'gateway', ping)).stdout).toBe('there\n')
    const ask = `ip link set eth2 up; ip addr add 192.168.20.40/24 dev eth2
      psql -XAt -h 192.168.20.9 -p 5433 -U web shop -c 'SELECT count(*) FROM orders'`
    expect((await sh(LAB, 'gateway', ask)).stdout).toBe('80\n')
  })

  it('is not taken for one of another lesson, and its nodes are known by their names', async () => {
    const course = mkdtempSync(join(tmpdir(), 'e-own-other-'))
    await expect(up(LAB, () => {}, { lessonFolder: course })).rejects.toThrow(
      `Lab "${LAB}" is up with the machines of another lesson: take it down first`,
    )
    rmSync(course, { recursive: true })
    const words = ['lab', 'exec', '--lab', LAB, 'controller', 'true']
    expect((await ovnLab(words)).stderr).toBe(
      'There is no node "controller": the nodes are one, two and gateway.\n',
    )
  })
})
