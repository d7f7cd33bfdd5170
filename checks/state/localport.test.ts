import { describe, expect, it } from 'vitest'
import {
  type Edit,
  localportLab,
  mac,
  onController,
  onHypervisor,
  path,
  port,
} from '../testing/localport-lab.ts'
import { unmet } from '../testing/outcome.ts'

const OTHER = '02:00:0a:00:01:e1'
const onOther: Edit = ({ northbound }) => {
  const [own] = northbound.Logical_Switch
  const moved = northbound.Logical_Switch_Port.find(({ name }) => name === 'ls0-ns3')!._uuid
  northbound.Logical_Switch.push({ ...structuredClone(own!), _uuid: 'x', name: 'ls1', ports: [moved] })
  own!.ports = own!.ports.filter(uuid => uuid !== moved)
}
const bound: Edit = ({ southbound }) => {
  const of = (name: string) => southbound.Port_Binding.find(row => row.logical_port === name)!
  Object.assign(of('ls0-ns3'), { type: '', chassis: of('ls0-ns1').chassis })
}
const unwritten: Edit = ({ southbound }) => {
  southbound.Port_Binding = southbound.Port_Binding.filter(row => row.logical_port !== 'ls0-ns3')
}
/** A second localport, with the MAC address that ns3 of hypervisor has. */
const twoPorts: Edit = evidence => {
  mac('hypervisor', OTHER)(evidence)
  const { Logical_Switch_Port: ports, Logical_Switch: switches } = evidence.northbound
  const first = ports.find(({ name }) => name === 'ls0-ns3')!
  ports.push({
    ...structuredClone(first),
    _uuid: 'second',
    name: 'ls0-ns3b',
    addresses: [`${OTHER} 10.0.1.30`],
  })
  switches[0]!.ports.push('second')
}

describe('a localport', () => {
  it('is on the switch, written south, unclaimed, and both of its ends have its MAC address', async () => {
    const lab = localportLab()
    await expect(path.hasLocalport()(lab)).resolves.toBeUndefined()
    await expect(path.localportCarriedSouth()(lab)).resolves.toBeUndefined()
    await expect(path.bearsLocalportMac(onController)(lab)).resolves.toBeUndefined()
    await expect(path.bearsLocalportMac(onHypervisor)(lab)).resolves.toBeUndefined()
  })

  it('names the link with the address, where another one of the namespace has the MAC address', async () => {
    const lab = localportLab(({ kernel }) => {
      const links = kernel.hypervisor.netns.ns3!
      const eth0 = links.find(({ name }) => name === 'eth0')!
      const { peerIndex: _, ...other } = structuredClone(eth0)
      links.push({ ...other, name: 'd0', index: 99, mac: OTHER })
      eth0.addresses = []
    })
    expect(await unmet(path.bearsLocalportMac(onHypervisor)(lab))).toMatchObject({
      where: 'hypervisor · netns ns3 · d0',
      saw: { en: expect.stringMatching(/^10\.0\.1\.30 is on d0 of ns3, which is connected to no port/) },
    })
  })

  it.each<[string, Edit, string, string]>([
    ['has no type', port('ls0-ns3', { type: '' }), 'Logical_Switch_Port · type', 'ls0-ns3 (type ""'],
    [
      'has another type',
      port('ls0-ns3', { type: 'localnet' }),
      'Logical_Switch_Port · type',
      'type "localnet"',
    ],
    [
      'is disabled',
      port('ls0-ns3', { enabled: [false] }),
      'Logical_Switch_Port · enabled',
      'enabled = false',
    ],
    ['is on another switch', onOther, 'Logical_Switch · ports', 'ls0-ns3 (type "localport"'],
  ])('is missing where the port %s', async (_, edit, where, saw) => {
    const told = await unmet(path.hasLocalport()(localportLab(edit)))
    expect(told.where).toBe(`OVN_Northbound · ${where}`)
    expect(told.saw.en).toContain(saw)
  })

  it.each<[string, Edit, string]>([
    ['is claimed by a chassis', bound, 'type'],
    ['is not there', unwritten, 'logical_port'],
  ])('is not carried south where its row %s', async (_, edit, column) => {
    const told = await unmet(path.localportCarriedSouth()(localportLab(edit)))
    expect(told.where).toBe(`OVN_Southbound · Port_Binding · ${column}`)
  })

  it('names the end that has another MAC address, or the port where no end has its', async () => {
    const strange = localportLab(mac('controller', OTHER))
    expect(await unmet(path.bearsLocalportMac(onController)(strange))).toMatchObject({
      where: 'controller · netns ns3',
    })
    await expect(path.bearsLocalportMac(onHypervisor)(strange)).resolves.toBeUndefined()
    const mistyped = localportLab(port('ls0-ns3', { addresses: [OTHER] }))
    for (const twin of [onController, onHypervisor])
      expect(await unmet(path.bearsLocalportMac(twin)(mistyped))).toMatchObject({
        where: 'OVN_Northbound · Logical_Switch_Port · addresses',
      })
  })

  it.each(['02-00-0a-00-01-1e 10.0.1.30', '0200.0a00.011e', '02:00:0a:00:01 10.0.1.30', '10.0.1.30'])(
    'says that OVN reads no MAC address in %j',
    async words => {
      const told = await unmet(
        path.bearsLocalportMac(onController)(localportLab(port('ls0-ns3', { addresses: [words] }))),
      )
      expect(told.saw.en).toContain(`ls0-ns3 has addresses "${words}"`)
    },
  )

  it('is one: of two, the later end is named', async () => {
    await expect(path.bearsLocalportMac(onController)(localportLab(twoPorts))).resolves.toBeUndefined()
    const told = await unmet(path.bearsLocalportMac(onHypervisor)(localportLab(twoPorts)))
    expect(told.where).toBe('hypervisor · netns ns3')
  })
})
