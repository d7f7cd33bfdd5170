import { PassThrough } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, it } from 'vitest'
import { loadLesson } from '../lesson/load-lesson.ts'
import { watchPlainly } from './plain.ts'
import { begun, failing, scripted } from './scripted.testing.ts'

const day06 = await loadLesson('day-06')
const machines = day06.stages
  .find(({ id }) => id === 'machines')!
  .claims.map(({ id }) => [id, 'holds' as const])

/** Day 06 as it is watched in lines: what is printed, and what is typed. */
function watched() {
  const lab = scripted(day06)
  const printed: string[] = []
  const input = new PassThrough()
  const ended = watchPlainly({
    live: lab.live,
    state: begun(lab.live),
    signal: new AbortController().signal,
    input,
    print: line => void printed.push(line),
  })
  return { lab, printed, input, ended }
}

describe('a watched lesson in lines', () => {
  it('has a line for each flip, and nothing that is drawn', async () => {
    const { lab, printed, input, ended } = watched()
    lab.judge({ ...Object.fromEntries(machines), 'ns1-address': failing(), 'ns2-address': failing() })
    lab.settle()
    await new Promise(resolve => setTimeout(resolve, 10))
    const before = printed.length
    expect(printed.join('\n')).toMatch(/Stage 2, .*: 0 of 2\n[\s\S]*fails: Namespace ns1/)
    lab.judge({ 'ns1-address': 'holds', 'ns2-address': failing() }, 'interface veth-ns1 added')
    expect(printed.slice(before)).toHaveLength(1)
    expect(printed.at(-1)).toMatch(
      /^\d\d:\d\d:\d\d holds: Namespace ns1 .*; \(controller: interface veth-ns1 added\)$/,
    )
    input.write('h\n')
    await new Promise(resolve => setTimeout(resolve, 10))
    expect(printed.at(-1)).toBe('Hint 1/3: First step')
    lab.judge({ 'ns2-address': 'holds', 'port-ns1': failing() }, 'interface veth-ns2 added')
    expect(printed.at(-1)).toBe('Stage 3: Create the logical switch and its ports')
    lab.judge({ 'port-ns2': 'waits' }, 'interface veth-ns2 changed')
    expect(printed.at(-1)).toMatch(/waits: A logical switch port has the MAC address of ns2$/)
    const counted = day06.stages.filter(({ extra }) => !extra).flatMap(({ claims }) => claims)
    lab.judge(Object.fromEntries(counted.map(({ id }) => [id, 'holds' as const])))
    expect(printed.at(-2)).toMatch(/^Complete/)
    expect(printed.at(-1)).toMatch(/^This lesson is complete/)
    input.write('q\n')
    expect((await ended).how).toBe('quit')
    expect(stripVTControlCharacters(printed.join('\n'))).toBe(printed.join('\n'))
    expect(printed.join('\n')).not.toMatch(/[\u2500-\u259f✔✘⋯▸]/)
  })

  it('begins once every claim was judged, though somebody works all the time', async () => {
    const { lab, printed, input, ended } = watched()
    expect(printed.at(-1)).toBe('inspecting …')
    lab.judge(Object.fromEntries(machines))
    expect(printed.at(-1)).toBe('inspecting …')
    const all = day06.stages.flatMap(({ claims }) => claims)
    lab.judge(Object.fromEntries(all.map(({ id }) => [id, 'waits' as const])))
    expect(printed.join('\n')).toContain('Stage 2, Create a namespace on each node: 0 of 2')
    // Nothing fails, and still it is not done.
    expect(printed.join('\n')).not.toContain('This lesson is complete')
    const before = printed.length
    lab.judge({ 'ns1-address': 'holds' }, 'interface veth-ns1 added')
    expect(printed.slice(before).join()).toContain('holds: Namespace ns1')
    const told = printed.length
    lab.settle()
    await new Promise(resolve => setTimeout(resolve, 10))
    expect(printed).toHaveLength(told)
    input.write('q\n')
    await ended
  })
})
