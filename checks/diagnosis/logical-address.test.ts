import { describe, expect, it } from 'vitest'
import { reaches } from '../reaches.ts'
import { expectBlamed, expectNobodyBlamed } from '../testing/blame.ts'
import { unmet } from '../testing/outcome.ts'
import { both, type Edit, named, ns2, pings, solvedLab } from '../testing/solved-lab.ts'

const withRouter =
  (...networks: string[]): Edit =>
  ({ northbound }) => {
    const port = {
      ...named(northbound.Logical_Switch_Port, 'ls0-localnet'),
      _uuid: 'lsp-router',
      name: 'ls0-lr0',
      type: 'router',
      options: { 'router-port': 'lr0-ls0' },
    }
    northbound.Logical_Switch_Port.push(port)
    named(northbound.Logical_Switch, 'ls0').ports.push(port._uuid)
    Object.assign(northbound, { Logical_Router_Port: [{ _uuid: 'lrp', name: 'lr0-ls0', networks }] })
  }
const withLoadBalancer =
  (vips: Record<string, string>, holders = ['lb']): Edit =>
  ({ northbound }) => {
    Object.assign(northbound, { Load_Balancer: [{ _uuid: 'lb', name: 'lb1', vips }] })
    Object.assign(named(northbound.Logical_Switch, 'ls0'), { load_balancer: holders })
  }

describe('an address of the path that OVN itself answers for', () => {
  it.each<[string, Edit, string, string]>([
    [
      'on a router of the switch',
      withRouter('10.0.0.1/24', '192.168.10.100/24'),
      'controller · OVN_Northbound · Logical_Router_Port · networks',
      'the router port lr0-ls0 on this switch has the address 192.168.10.100 as well, so OVN answers for it',
    ],
    [
      'in a load balancer of the switch',
      withLoadBalancer({ '192.168.10.100': '192.168.10.200' }),
      'controller · OVN_Northbound · Load_Balancer · vips',
      'the load balancer lb1 takes what is sent to 192.168.10.100 and sends it to 192.168.10.200',
    ],
  ])('%s', async (_, edit, where, saw) => {
    await expectBlamed([edit], where, saw)
  })

  it.each<[string, Edit]>([
    ['the router has another address', withRouter('192.168.10.254/24')],
    ['the load balancer is about a TCP port', withLoadBalancer({ '192.168.10.100:80': '192.168.10.200:80' })],
    ['the load balancer is on no switch', withLoadBalancer({ '192.168.10.100': '192.168.10.200' }, [])],
  ])('is not blamed where %s', async (_, edit) => {
    await expectNobodyBlamed([edit])
  })

  it('is named even where the ping is answered', async () => {
    const lab = solvedLab(withRouter('192.168.10.1/24'))
    const way = { endpoints: both, link: 'eth2' }
    expect(await unmet(reaches(lab, pings, ns2, '192.168.10.1', way))).toMatchObject({
      where: 'controller · OVN_Northbound · Logical_Router_Port · networks',
    })
  })
})
