import { randomBytes } from 'node:crypto'
import { patient } from '../core/patience.ts'
import type { KernelFacts, Link } from '../look/evidence.ts'
import type { Machine } from '../ssh/machine.ts'
import { shellQuote } from '../ssh/root-shell.ts'
import { datapathFrom, datapathScript, receivedLinks, receivingScript } from './daemons.ts'
import { linksFrom } from './ip-json.ts'
import { ANSWER_SECONDS, lookAtKernel } from './kernel.ts'

/** A part of KernelFacts: the ports of ovs-vswitchd, or the links of a namespace, with an empty name those of the node's own. */
export type KernelPart = 'datapath' | `links of ${string}`

const DEADLINE_MS = 5_000
const MAX_BYTES = 8 * 2 ** 20

/**
 * The facts again, with some parts as they are now: to read these takes a tenth of what all of it does. All of it is read where
 * they cannot be. Rejects with CannotLook. Sources: ip-address(8), ovs-vswitchd(8).
 */
export async function lookAtParts(
  machine: Machine,
  facts: KernelFacts,
  parts: ReadonlySet<KernelPart>,
): Promise<KernelFacts> {
  const { datapath: _, received: __, ...others } = facts
  // One that does not run, or is paused, has none to tell; it is waited for in vain.
  const hasPorts = parts.has('datapath') && facts.daemons.includes('ovs-vswitchd')
  // Which links it receives from changes with either.
  const hasReceived = facts.daemons.includes('ovs-vswitchd') && (hasPorts || parts.has('links of '))
  const names = [...parts].flatMap(part => (part === 'datapath' ? [] : [part.slice('links of '.length)]))
  const mark = randomBytes(16).toString('hex')
  const { stdout, code } = await machine.run(script(mark, names, { hasPorts, hasReceived }, machine), {
    deadlineMs: DEADLINE_MS,
    maxBytes: MAX_BYTES,
  })
  const [, ...all] = stdout.toString().split(`${mark}\n`)
  const [told, packets] = [all.slice(0, -1), all.at(-1) ?? '']
  const read = linksByName(told, names)
  // One of them is no longer there, say.
  if (code !== 0 || !read || names.some(name => name !== '' && !facts.netns[name]))
    return lookAtKernel(machine)
  const { '': own, ...named } = read
  const aliases = own ? (facts.netnsOfNode ?? []).map(name => [name, own]) : []
  const datapath = hasPorts ? datapathFrom(told[names.length]!.split('\n')) : facts.datapath
  const received = hasReceived ? receivedLinks(packets.split('\n')) : facts.received
  return {
    ...others,
    ...(received && { received }),
    ...(own && { links: own }),
    netns: { ...facts.netns, ...named, ...Object.fromEntries(aliases) },
    ...(datapath && { datapath }),
  }
}

const script = (
  mark: string,
  names: string[],
  { hasPorts, hasReceived }: { hasPorts: boolean; hasReceived: boolean },
  machine: Machine,
): string =>
  [
    ...names.map(
      name =>
        `echo '${mark}'; ip ${name === '' ? '' : `-n ${shellQuote(name)} `}-d -j addr show || exit 1; echo`,
    ),
    `echo '${mark}'`,
    ...(hasPorts ? [datapathScript(Math.ceil(patient(ANSWER_SECONDS, machine)))] : []),
    `echo '${mark}'`,
    ...(hasReceived ? [receivingScript] : []),
    'exit 0',
  ].join('\n')

function linksByName(told: string[], names: string[]): Record<string, Link[]> | undefined {
  if (told.length !== names.length + 1) return undefined
  try {
    return Object.fromEntries(names.map((name, at) => [name, linksFrom(told[at]!)]))
  } catch {
    return undefined
  }
}
