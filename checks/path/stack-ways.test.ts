import { describe, expect, it } from 'vitest'
import type { RouteAnswer } from '../../harness/look/stack.ts'
import { quietStack } from '../testing/diagnostics.ts'
import { ns1 } from '../testing/solved-lab.ts'
import { routeAstray } from './stack-ways.ts'
import { told } from './testing/told.ts'
import { recordedRoute } from './testing/traces.ts'

const to = ns1.address
const astray = (route: Partial<RouteAnswer>, ...rules: string[]) =>
  routeAstray(recordedRoute.from, { ...quietStack, routes: [{ to, ...route }], rules }, to, [])
const DETOUR = { device: 'eth0', gateway: '192.168.10.99' }
const REFUSED = { error: 'Invalid argument' }

describe('a rule of routing that decided', () => {
  it.each<[string, string, Partial<RouteAnswer>, string[]]>([
    [
      'by its table',
      '50: from all iif lo lookup 77',
      { ...DETOUR, table: '77' },
      ['10: from all lookup 7', '50: from all iif lo lookup 77'],
    ],
    [
      'by refusing packets between these addresses',
      '60: from 192.168.10.200 to 192.168.10.0/25 blackhole',
      REFUSED,
      [
        '40: not from 192.168.10.200 prohibit',
        '50: from all to 192.168.10.1 blackhole',
        '60: from 192.168.10.200 to 192.168.10.0/25 blackhole',
      ],
    ],
  ])('is told: %s', (_what, rule, route, rules) => {
    const found = astray(route, ...rules)
    expect(told(found)).toContain(`; the routing rule “${rule}” says so`)
    expect(found).toMatchObject({
      where: 'hypervisor · netns ns2 · routes',
      tryThis: 'sudo ip -n ns2 rule show   # on hypervisor',
    })
  })

  it.each<[string, Partial<RouteAnswer>, string]>([
    ['of a table that was not the one', DETOUR, '50: from all lookup 77'],
    ['that refuses others', REFUSED, '50: from 192.168.10.7 to 192.168.10.100 unreachable'],
    ['that goes by a mark', REFUSED, '50: from all fwmark 0x7 blackhole'],
  ])('is none %s', (_what, route, rule) => {
    expect(told(astray(route, rule))).not.toContain('routing rule')
  })
})
