import type { Typed } from './history.ts'

/** A script for each node, from what was typed there. */
export interface Collected {
  /** By node. */
  scripts: Map<string, string>
  /** Whether it is known in which order things were done on different nodes. */
  isOrdered: boolean
}

/**
 * Scripts that do what was typed on each node, in its order. `typed` has the nodes in the order in which the parts of one
 * name run. Where every command has its time, the scripts are divided so that what was done on one node before something on
 * another is done before it again.
 */
export function scriptsFrom(typed: Map<string, Typed[]>, heading: string): Collected {
  const nodes = [...typed.keys()]
  const all = [...typed].flatMap(([node, commands]) => commands.map(one => ({ node, ...one })))
  const isOrdered = all.every(({ at }) => at !== undefined)
  const lines = new Map(nodes.map(node => [node, ['#!/bin/bash', `# ${heading}`]]))
  const newPart = (part: number) => {
    for (const each of lines.values()) each.push('', `# part: ${part}`)
  }
  // sort() is stable: what has the same second stays in its node's order. Between nodes, the central one comes last then: its
  // commands may read what the others made, and what theirs ask of OVN may stand in its databases at any time.
  const afterOthers = ({ node }: { node: string }) => -nodes.indexOf(node)
  const inOrder = isOrdered
    ? all.sort((one, other) => one.at! - other.at! || afterOthers(one) - afterOthers(other))
    : all
  let part = 1
  let last = 0
  if (isOrdered) newPart(part)
  for (const { node, command, within } of inOrder) {
    const index = nodes.indexOf(node)
    if (isOrdered && index < last) newPart(++part)
    last = index
    if (within !== undefined && !ANYWHERE.test(command))
      lines
        .get(node)!
        .push(`# If you typed this in the shell inside ${within}, write before it: ip netns exec ${within}`)
    lines.get(node)!.push(command)
  }
  return { scripts: new Map([...lines].map(([node, each]) => [node, `${each.join('\n')}\n`])), isOrdered }
}

/** Does the same in whatever namespace of the network it runs. */
const ANYWHERE = /^(?:sudo (?:-\w+ )*)?(?:ov[sn]-\S+ctl|systemctl|ip netns|mkdir|ip -n)(?: |$)/

/** What a student fills in where no shell remembers anything: a script with the stages of the lesson as parts. */
export const template = (stages: { id: string; title: string }[], heading: string): string =>
  [
    '#!/bin/bash',
    `# ${heading}`,
    ...stages.flatMap(({ id, title }) => ['', `# part: ${id}`, `# ${title}`]),
    '',
  ].join('\n')
