import { execFileSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { autoconfFrom, autoconfScript, routerSocketsFrom, routerSocketsScript } from './autoconf.ts'

const MARK = '0123'
const NOBODY = '0'.repeat(32)
const inet6 = (local: string, more: object) => ({
  family: 'inet6',
  local,
  prefixlen: 64,
  valid_life_time: 4_294_967_295,
  ...more,
})
/** A Linux of 2026, and after it what one of 2022 leaves out. */
const PRINTED = [
  JSON.stringify([
    {
      ifname: 'eth0',
      addr_info: [
        inet6('2001:db8:3::a', { dynamic: true, mngtmpaddr: true, protocol: 'kernel_ra' }),
        inet6('2001:db8:3::b', { valid_life_time: 77, tentative: true }),
      ],
    },
  ]),
  `${MARK}`,
  `20010db8000300000000000000000000 40 ${NOBODY} 00 ${NOBODY} 00000100 00000002 00000000 000c0001     eth0`,
  `${NOBODY} 00 ${NOBODY} 00 fe80000000000000000000fffe000301 00000400 00000001 00000000 00450003     eth0`,
  `${NOBODY} 00 ${NOBODY} 00 20010db8000300000000000000000001 00000400 00000001 00000000 00000003     eth0`,
  `${NOBODY} 00 ${NOBODY} 00 ${NOBODY} ffffffff 00000001 00000000 00200200       lo`,
  `${MARK}`,
  'eth0/accept_ra:1',
  'eth0/forwarding:0',
  'lo/accept_ra:1',
  `${MARK}`,
  'token ::5 dev eth0',
  'token :: dev eth1',
  `${MARK}`,
  '',
].join('\n')

describe('how a namespace comes to its addresses', () => {
  it('is told', () => {
    expect(autoconfFrom(PRINTED, MARK)).toEqual({
      addresses: [
        {
          device: 'eth0',
          address: '2001:db8:3::a',
          prefixLength: 64,
          isDynamic: true,
          isUsable: true,
          origin: 'kernel_ra',
        },
        {
          device: 'eth0',
          address: '2001:db8:3::b',
          prefixLength: 64,
          isDynamic: false,
          isUsable: false,
          validSeconds: 77,
        },
      ],
      routers: [
        { device: 'eth0', address: 'fe80::ff:fe00:301', isLearnt: true },
        { device: 'eth0', address: '2001:db8:3::1', isLearnt: false },
      ],
      settings: { eth0: { accept_ra: 1, forwarding: 0 }, lo: { accept_ra: 1 } },
      tokens: { eth0: '::5' },
    })
  })

  it('is not told where the output is cut', () => {
    expect(() => autoconfFrom(PRINTED.slice(0, -6), MARK)).toThrow(SyntaxError)
  })
})

describe('sockets of ICMPv6', () => {
  const printed = [
    `${MARK} sockets own`,
    '[{"ifname":"eth0","ifindex":2,"flags":["UP"]}]',
    'UNCONN 0 0 *:255 *:*',
    'UNCONN 832    0      *:58 *:* users:(("radvd",pid=1006,fd=3))',
    `${MARK} sockets netns 2nd one`,
    '[]',
    'UNCONN 0 0 [::]%eth0:58 [::]:*',
    `${MARK} end`,
    '',
  ].join('\n')

  it('are told with who has them', () => {
    expect(routerSocketsFrom(printed, MARK)).toMatchObject([
      { program: 'radvd', links: [{ name: 'eth0' }] },
      { netns: '2nd one', links: [] },
    ])
  })

  it('are not told where the output is cut', () => {
    expect(() => routerSocketsFrom(printed.slice(0, -6), MARK)).toThrow(SyntaxError)
  })
})

it.each([autoconfScript("it's", MARK), routerSocketsScript(MARK)])(
  'is asked by what a shell understands',
  script => {
    execFileSync('sh', ['-n'], { input: script })
  },
)
