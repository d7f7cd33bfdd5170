import { expect, it } from 'vitest'
import { leasesFrom } from './leases.ts'

const MARK = '0123'
const address = (local: string, seconds: number) =>
  JSON.stringify([{ ifname: 'eth0', addr_info: [{ family: 'inet', local, valid_life_time: seconds }] }])
const PRINTED = [
  `${MARK} netns 1 `,
  `${MARK} netns 71 ns1`,
  address('10.0.0.2', 4_294_967_295),
  `${MARK} netns 72 2nd one`,
  address('10.0.0.3', 3599),
  `${MARK} client 71 udhcpc udhcpc -i eth0 -n `,
  `${MARK} client 72 busybox busybox udhcpc -f -i eth0 -s /bin/true `,
  '/bin/true',
  `${MARK} client 72 busybox busybox httpd `,
  `${MARK} paused 71 udhcpc udhcpc -i eth1 `,
  `${MARK} client 1 dhclient dhclient eth0 `,
  `${MARK} servers netns 2nd one`,
  '[{"ifname":"eth0","ifindex":2,"flags":["UP"]}]',
  'UNCONN 0 0 0.0.0.0%eth0:67 0.0.0.0:* users:(("dnsmasq",pid=9,fd=4))',
  `${MARK} servers own`,
  '[]',
  'UNCONN 0 0 0.0.0.0:67 0.0.0.0:*',
  'UNCONN 0 0 10.0.2.20:67 0.0.0.0:* users:(("kea-dhcp4",pid=8,fd=4))',
  'UNCONN 0 0 255.255.255.255%eth0:67 0.0.0.0:*',
  'UNCONN 0 0 [::]:67 [::]:*',
  `${MARK} end`,
  '',
].join('\n')

it('tells what ends, who keeps a lease, and who may give one, by the names of namespaces', () => {
  expect(leasesFrom(PRINTED, MARK)).toMatchObject({
    ending: [{ netns: '2nd one', device: 'eth0', address: '10.0.0.3', seconds: 3599 }],
    clients: [
      { netns: 'ns1', program: 'udhcpc', words: 'udhcpc -i eth0 -n' },
      {
        netns: '2nd one',
        program: 'busybox',
        words: 'busybox udhcpc -f -i eth0 -s /bin/true',
        idleScript: '/bin/true',
      },
      { netns: 'ns1', program: 'udhcpc', words: 'udhcpc -i eth1', isPaused: true },
      { netns: '', program: 'dhclient', words: 'dhclient eth0' },
    ],
    servers: [
      { netns: '2nd one', device: 'eth0', program: 'dnsmasq', links: [{ name: 'eth0' }] },
      { links: [] },
      { address: '10.0.2.20', program: 'kea-dhcp4' },
      { device: 'eth0' },
      { links: [] },
    ],
  })
})

it('tells nothing where the output is cut', () => {
  expect(() => leasesFrom(PRINTED.slice(0, -6), MARK)).toThrow(SyntaxError)
})
