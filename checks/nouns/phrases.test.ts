import { describe, expect, it } from 'vitest'
import { list, nameOf, on, quoted } from './phrases.ts'

describe('list', () => {
  it.each([
    [[], 'none', '無'],
    [['a'], 'a', 'a'],
    [['a', 'b'], 'a and b', 'a 和 b'],
    [['a', 'b', 'c'], 'a, b and c', 'a、b 和 c'],
  ])('%j', (items, en, zhTW) => {
    expect(list(items)).toEqual({ en, 'zh-TW': zhTW })
  })

  it('leaves the given items as they are', () => {
    const items = ['a', 'b', 'c']
    list(items)
    expect(items).toEqual(['a', 'b', 'c'])
  })
})

describe('a value', () => {
  it('can be told from an empty and from a missing one', () => {
    expect([quoted('x'), quoted(''), quoted(undefined)]).toEqual(['"x"', '""', '(none)'])
    expect([nameOf({ name: 'br-ex' }), nameOf(undefined)]).toEqual(['br-ex', '(none)'])
  })

  it.each([
    ['flat0\u200b', '"flat0\\u200b"'],
    ['flat0\u00a0', '"flat0\\u00a0"'],
    ['a\u3000b\n', '"a\\u3000b\\u000a"'],
    ['a\u{e0041}', '"a\\udb40\\udc41"'],
    ['實體 網路 😀', '"實體 網路 😀"'],
    ['ls0\u2011ns2', '"ls0\\u2011ns2"'],
    ['flat0\uff1abr-eth2', '"flat0\\uff1abr-eth2"'],
    ['fl\u0430t0', '"fl\\u0430t0"'],
    ['實體：網路', '"實體：網路"'],
    ['сеть', '"сеть"'],
  ])('shows what cannot be seen: %j', (value, shown) => {
    expect(quoted(value)).toBe(shown)
  })
})

describe('on', () => {
  it('names the node in a comment, so that the line can be copied whole', () => {
    expect(on('controller', 'sudo ovs-vsctl show')).toBe('sudo ovs-vsctl show   # on controller')
  })
})
