import { describe, expect, it } from 'vitest'
import { CannotLook } from '../../harness/core/errors.ts'
import { bindingOf, type Edit, named, solvedLab } from '../testing/solved-lab.ts'
import { journeyFor } from './ends.ts'

const meant = (from: string, to: string, ...edits: Edit[]) => journeyFor(solvedLab(...edits), { from, to })

describe('a port without an interface', () => {
  const unbound: Edit = evidence => {
    named(evidence.ovs.controller.Interface, 'veth-ns1-br').external_ids = {}
    bindingOf(evidence, 'ls0-ns1').chassis = []
  }

  it('is a broken path, not a wrong call: it is bound to no chassis', async () => {
    expect(await meant('ns2', 'ls0-ns1', unbound)).toMatchObject({
      from: 'ns2',
      to: 'ls0-ns1',
      verdict: 'broken',
      broken: 'binding',
      hops: [
        {
          id: 'binding',
          node: 'controller',
          verdict: 'broken',
          saw: { en: 'ls0-ns1 is bound to no chassis: no interface on any node has iface-id ls0-ns1' },
          where: 'controller · OVN_Southbound · Port_Binding · chassis',
        },
      ],
    })
  })

  it('is broken as well where it is still bound to a chassis that has no interface for it', async () => {
    const left: Edit = ({ ovs }) => {
      named(ovs.controller.Interface, 'veth-ns1-br').external_ids = {}
    }
    expect(await meant('ls0-ns1', 'ns2', left)).toMatchObject({
      verdict: 'broken',
      hops: [{ node: 'controller', where: 'controller · Open_vSwitch · Interface · external_ids:iface-id' }],
    })
  })

  it('is broken where ovn-northd has not carried it south', async () => {
    const fresh: Edit = evidence => {
      unbound(evidence)
      evidence.southbound.Port_Binding = evidence.southbound.Port_Binding.filter(
        ({ logical_port }) => logical_port !== 'ls0-ns1',
      )
    }
    expect(await meant('ls0-ns1', 'ns2', fresh)).toMatchObject({
      hops: [
        {
          saw: {
            en: 'ls0-ns1 is in the northbound database, but ovn-northd has created no Port_Binding for it',
          },
        },
      ],
    })
  })

  it('could not be looked at where its chassis is no machine of the lab', async () => {
    const far: Edit = evidence => {
      named(evidence.ovs.controller.Interface, 'veth-ns1-br').external_ids = {}
      evidence.ovs.controller.Open_vSwitch[0].external_ids['system-id'] = 'another'
    }
    await expect(meant('ls0-ns1', 'ns2', far)).rejects.toThrow(CannotLook)
  })
})
