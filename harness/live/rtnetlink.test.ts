import { expect, it } from 'vitest'
import { NetChanges } from './net-changes.ts'
import { netMessageFrom } from './rtnetlink.ts'

/** A message of rtnetlink(7): header, what it is about, attributes. */
function message(type: number, about: Buffer, attributes: [number, Buffer][] = [], flags = 0): Buffer {
  const parts = attributes.map(([number, value]) => {
    const bytes = Buffer.alloc((value.length + 7) & ~3)
    bytes.writeUInt16LE(value.length + 4, 0)
    bytes.writeUInt16LE(number, 2)
    value.copy(bytes, 4)
    return bytes
  })
  const body = Buffer.concat([about, ...parts])
  const header = Buffer.alloc(16)
  header.writeUInt32LE(16 + body.length, 0)
  header.writeUInt16LE(type, 4)
  header.writeUInt16LE(flags, 6)
  return Buffer.concat([header, body])
}
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}
const link = (flags: number, { mtu = 1500, type = 16, dump = false, promiscuity = 0 } = {}) => {
  const about = Buffer.concat([Buffer.alloc(4), u32(2), u32(flags), u32(0)])
  const name = Buffer.from('eth0\0')
  return message(
    type,
    about,
    [
      [3, name],
      [4, u32(mtu)],
      [30, u32(promiscuity)],
    ],
    dump ? 2 : 0,
  ).toString('hex')
}
const address = (last: number, type = 20) =>
  message(type, Buffer.from([2, 24, 0x80, 0, 2, 0, 0, 0]), [
    [1, Buffer.from([192, 168, 10, last])],
    [2, Buffer.from([192, 168, 10, last])],
  ]).toString('hex')
const [UP, PROMISCUOUS] = [1, 0x100]

it('tells a link that goes down, by its name and namespace', () => {
  const net = new NetChanges()
  net.take('ns1', link(UP, { dump: true }))
  const words = { en: 'interface eth0 down in ns1', 'zh-TW': 'ns1 裡的介面 eth0 已停用' }
  expect(net.take('ns1', link(0))).toMatchObject({ of: 'links', netns: 'ns1', words })
})

it('is not woken by what says nothing new: what was there, and a capture that begins', () => {
  const net = new NetChanges()
  expect(net.take('', link(UP, { dump: true }))).toBeUndefined()
  expect(net.take('', link(UP))).toBeUndefined()
  expect(net.take('', link(UP | PROMISCUOUS, { promiscuity: 1 }))).toBeUndefined()
})

it('tells a link that is new, or gone, or has another MTU; a namespace of the same name begins anew', () => {
  const net = new NetChanges()
  const added = net.take('', link(UP))
  expect(added?.words?.en).toBe('interface eth0 added')
  // Its other end may be anywhere.
  expect(added?.netns).toBeUndefined()
  expect(net.take('', link(UP, { mtu: 1400 }))?.words?.en).toBe('interface eth0 mtu 1400 changed')
  expect(net.take('', link(UP, { mtu: 1400, type: 17 }))?.words?.en).toBe('interface eth0 removed')
  net.take('ns1', link(UP))
  net.forget('ns1')
  expect(net.take('ns1', link(UP))?.words?.en).toBe('interface eth0 added in ns1')
})

it('tells addresses by the link they are on', () => {
  const net = new NetChanges()
  net.take('ns1', link(UP, { dump: true }))
  expect(net.take('ns1', address(100))?.words).toEqual({
    en: 'address 192.168.10.100/24 added to eth0 in ns1',
    'zh-TW': 'ns1 裡的 eth0 新增位址 192.168.10.100/24',
  })
  expect(net.take('ns1', address(100))).toBeUndefined()
  expect(net.take('ns1', address(100, 21))?.words?.en).toBe(
    'address 192.168.10.100/24 removed from eth0 in ns1',
  )
})

it('tells a route that somebody set; one of the kernel’s own is looked after in silence', () => {
  const route = (protocol: number) =>
    message(24, Buffer.from([2, 24, 0, 0, 254, protocol, 0, 1, 0, 0, 0, 0]), [
      [1, Buffer.from([10, 0, 0, 0])],
      [5, Buffer.from([192, 168, 10, 1])],
    ]).toString('hex')
  const net = new NetChanges()
  expect(net.take('', route(3))).toMatchObject({
    of: 'packets',
    words: { en: 'route 10.0.0.0/24 via 192.168.10.1 set' },
  })
  expect(net.take('', route(2))).toEqual({ of: 'packets' })
})

it('writes an IPv6 address as RFC 5952 does', () => {
  const bytes = Buffer.from('fe800000000000000000c0fffea80a10', 'hex')
  const read = netMessageFrom(message(20, Buffer.from([10, 64, 0x80, 253, 4, 0, 0, 0]), [[1, bytes]]))
  expect(read?.fields.address).toBe('fe80::c0ff:fea8:a10/64')
})

it.each(['', '00', 'ff'.repeat(15), `10000000${'00'.repeat(12)}`])(
  'leaves alone what is cut or of another kind: %s',
  hex => {
    expect(new NetChanges().take('', hex)).toBeUndefined()
  },
)
