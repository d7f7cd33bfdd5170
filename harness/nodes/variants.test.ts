import { describe, expect, it } from 'vitest'
import { drawVariants, variantsCommand, variantsIn, variedBeside } from './variants.ts'

describe('echoes that differ from the usual ones', () => {
  it('are of sizes between two, one of each part, and of a type of service each', () => {
    for (let again = 0; again < 500; again++) {
      const variants = drawVariants(56, 1472)
      expect(variants.map(({ bytes }) => Math.floor((4 * (bytes - 57) + 3) / 1415))).toEqual([0, 1, 2, 3])
      expect(new Set(variants.map(({ tos }) => tos)).size).toBe(4)
      expect(variants.filter(({ isFragmentable }) => isFragmentable)).toHaveLength(1)
      expect(variants.map(({ ttl }) => ttl)).toEqual([undefined, 128, 32, 255])
      expect(variants[0]?.tos).toBe(0x10)
    }
  })

  it('are not drawn where there is hardly a size between the two', () => {
    expect(drawVariants(56, 60)).toEqual([])
  })

  it('go beside the largest of each who pings an address, once', () => {
    const [from, other] = [{ node: 'a', netns: 'ns1' }, { node: 'a' }]
    const pings = [
      { from, to: '10.0.0.1' },
      { from, to: '10.0.0.1', bytes: 1472 },
      { from, to: '10.0.0.1', bytes: 1000 },
      { from: other, to: '10.0.0.1', bytes: 1472 },
      { from, to: '10.0.0.2', tcpPort: 80, bytes: 1 },
    ]
    expect(variedBeside(pings)).toEqual(
      [from, other].map(who => ({ from: who, to: '10.0.0.1', variants: expect.any(Array) })),
    )
  })

  it('are each sent once, or three times where some were lost, for as long in all', () => {
    const asked = { to: '10.0.0.1', token: 'f00d', seconds: 3 }
    const command = (isCalm: boolean) => variantsCommand([{ bytes: 300, tos: 2 }], { ...asked, isCalm })
    expect(command(false).match(/-c 1 -W \S+ -p f00d/g)).toEqual(['-c 1 -W 3 -p f00d'])
    expect(command(true).match(/-c 1 -W \S+ -p f00d/g)).toEqual(Array(3).fill('-c 1 -W 1 -p f00d'))
  })
})

describe('what came of them, from the words of iputils', () => {
  const told = (bytes: number, received: number) => [
    'PATTERN: 0xf00d',
    `PING 10.0.0.1 (10.0.0.1) ${bytes}(${bytes + 28}) bytes of data.`,
    '',
    '--- 10.0.0.1 ping statistics ---',
    `1 packets transmitted, ${received} received, ${received ? 0 : 100}% packet loss, time 0ms`,
  ]
  const variants = [
    { bytes: 300, tos: 0 },
    { bytes: 900, tos: 2 },
  ]

  it('is known of each, in whatever order they end', () => {
    expect(variantsIn(variants, [...told(900, 1), ...told(300, 1)])).toEqual({
      sent: 2,
      received: 2,
      variants,
    })
    expect(variantsIn(variants, [...told(900, 0), ...told(300, 1)])).toEqual({
      sent: 2,
      received: 1,
      bytes: 900,
      variants: [variants[0], { ...variants[1], isLost: true }],
    })
  })

  it('is not a loss where one of several was answered', () => {
    const lines = [...told(300, 1), ...told(900, 0), ...told(900, 1), ...told(900, 0)]
    expect(variantsIn(variants, lines)).toEqual({ sent: 4, received: 2, variants })
  })

  it('is a loss where the kernel refuses to send one of them', () => {
    const refused = ['-s 900 -Q 2', 'ping: connect: Invalid argument']
    expect(variantsIn(variants, ['-s 300 -Q 0', ...told(300, 1), ...refused])).toEqual({
      sent: 2,
      received: 1,
      bytes: 900,
      variants: [variants[0], { ...variants[1], isLost: true }],
    })
    expect(
      variantsIn(variants, [...told(300, 1), '-s 900 -Q 2', 'ping: bad quality of service: 2']),
    ).toBeUndefined()
  })

  it('is not known where ping did not send one of them', () => {
    expect(variantsIn(variants, told(300, 1))).toBeUndefined()
  })

  it('is read of IPv6', () => {
    const lines = told(300, 1).map(line => line.replace(/^PING.*/, 'PING fd00::1 (fd00::1) 300 data bytes'))
    expect(variantsIn([{ bytes: 300, tos: 0 }], lines)).toMatchObject({ sent: 1, received: 1 })
  })
})
