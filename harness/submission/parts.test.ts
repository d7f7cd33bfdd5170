import { describe, expect, it } from 'vitest'
import type { BadCall } from '../core/errors.ts'
import { piecesOf, type Script } from './parts.ts'

const script = (node: string, ...lines: string[]): Script => ({
  node,
  file: `${node}.sh`,
  path: `work/s03/${node}.sh`,
  content: `${lines.join('\n')}\n`,
})
const told = (...scripts: Script[]) =>
  piecesOf(scripts).map(({ node, line, run }) => [node, line, run.trim()])
const complaint = (...scripts: Script[]) => {
  try {
    return piecesOf(scripts)
  } catch (thrown) {
    return (thrown as BadCall).sentence.en
  }
}

describe('the order in which scripts run', () => {
  it('is one after the other where nothing divides them', () => {
    expect(told(script('controller', 'a', 'b'), script('hypervisor', 'c'))).toEqual([
      ['controller', 1, 'a\nb'],
      ['hypervisor', 1, 'c'],
    ])
  })

  it('is part by part where marks divide them, with the lines of the file', () => {
    const one = script('controller', '#!/bin/bash', 'a', '# part: switch', 'b', '#part:binding', 'c')
    const other = script('hypervisor', 'd', '# part: bridge', 'e', '# part: binding', 'f')
    expect(told(one, other)).toEqual([
      ['controller', 1, '#!/bin/bash\na'],
      ['hypervisor', 1, 'd'],
      ['hypervisor', 2, '# part: bridge\ne'],
      ['controller', 3, '# part: switch\nb'],
      ['controller', 5, '#part:binding\nc'],
      ['hypervisor', 4, '# part: binding\nf'],
    ])
  })

  it('leaves out what is empty but for comments', () => {
    expect(told(script('controller', '#!/bin/bash', '', '# part: switch', '  # later'))).toEqual([])
  })

  it.each([
    ['<<EOT', 'EOT'],
    ["<< 'END_OF'", 'END_OF'],
    ['<<-EOT >/etc/foo.conf', '\tEOT'],
  ])('takes no line of a here-document for a mark (%s)', (begin, end) => {
    const lines = [`cat ${begin}`, '# part: no', 'text', end, '# part: b', 'y <<<word', 'z=$((1<<two))']
    expect(told(script('controller', ...lines, '# part: c', 'x'))).toEqual([
      ['controller', 1, lines.slice(0, 4).join('\n')],
      ['controller', 5, lines.slice(4).join('\n')],
      ['controller', 8, '# part: c\nx'],
    ])
  })

  it('is told by file and line where it contradicts itself', () => {
    const one = script('controller', '# part: a', 'x', '# part: b', 'y')
    expect(complaint(one, script('hypervisor', '# part: b', 'y', '# part: a', 'x'))).toMatch(
      /^work\/s03\/hypervisor\.sh:3:1: part "a" comes earlier/,
    )
    expect(complaint(script('controller', '# part: a', 'x', '# part: a'))).toBe(
      'work/s03/controller.sh:3:1: there are two parts "a"',
    )
  })
})
