import { expect, it } from 'vitest'
import { arpProbeScript, arpSeenFrom } from './arp-probe.ts'

it('tells each MAC that answered once', () => {
  expect(arpSeenFrom('told 02000000000f\ntold 02000000000f\ntold 020000000044\nend\n')).toEqual({
    macs: ['02:00:00:00:00:0f', '02:00:00:00:00:44'],
  })
  expect(arpSeenFrom('end\n')).toEqual({ macs: [] })
})

it('says nothing where the output is cut', () => {
  expect(() => arpSeenFrom('told 02000000000f\n')).toThrow(SyntaxError)
  expect(() => arpSeenFrom('')).toThrow(SyntaxError)
})

it('asks on one link, for one address', () => {
  const script = arpProbeScript({ index: 7, mac: '02:00:00:00:00:01', address: '192.168.10.1' }, 0.8)
  expect(script).toMatch(/ 7 020000000001 192\.168\.10\.1 3 0\.8$/)
})
