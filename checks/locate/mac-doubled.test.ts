import { describe, expect, it } from 'vitest'
import { bindingOf, type Edit, named, solvedLab } from '../testing/solved-lab.ts'
import { told } from '../testing/told.ts'
import { recordedRoute } from '../testing/traces.ts'
import { boundDouble } from './mac-doubled.ts'

const { from } = recordedRoute
const route = { ...recordedRoute, from: { ...from, logicalPort: 'ls0-ns2' } }

/** An edit: a copy of the port of ns2, on its switch. */
const copied =
  ({ isBound = true, enabled = true } = {}): Edit =>
  evidence => {
    const { Logical_Switch_Port: ports, Logical_Switch: switches } = evidence.northbound
    const own = named(ports, 'ls0-ns2')
    ports.push({
      ...own,
      _uuid: 'copy',
      name: 'ls0-copy',
      addresses: [from.mac],
      enabled: enabled ? [] : [false],
    })
    for (const one of switches) if (one.ports.includes(own._uuid)) one.ports.push('copy')
    const binding = bindingOf(evidence, 'ls0-ns2')
    evidence.southbound.Port_Binding.push({
      ...binding,
      _uuid: 'copied',
      logical_port: 'ls0-copy',
      chassis: isBound ? binding.chassis : [],
    })
  }

describe('another port with the MAC address of an end', () => {
  it('is named where it is bound as well', async () => {
    expect(told((await boundDouble(solvedLab(copied()), route))!)).toMatch(
      /^OVN_Northbound · Logical_Switch_Port · addresses: the ports ls0-copy and ls0-ns2 .* and both are bound/,
    )
  })

  it.each([
    ['there is none', []],
    ['no chassis has it', [copied({ isBound: false })]],
    ['it is disabled', [copied({ enabled: false })]],
  ])('is not named where %s', async (_, edits) => {
    expect(await boundDouble(solvedLab(...edits), route)).toBeUndefined()
  })
})
