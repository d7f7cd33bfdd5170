import { isIP } from 'node:net'
import { CannotLook } from '../../harness/core/errors.ts'
import type { Trail } from '../../harness/core/hop.ts'
import { isInPrefix, isOneMachines } from '../../harness/core/prefix.ts'
import { text } from '../../harness/core/text.ts'
import type { Asked } from '../../harness/explain/load-explain.ts'
import type { Lab } from '../../harness/look/lab.ts'
import { unlessBlind } from '../../harness/look/unless-blind.ts'
import { LOCALPORT } from '../nouns/ports-of.ts'
import * as bad from './bad-ends.ts'
import type { End, Journey } from './hop.ts'
import { type KnownEnd, type KnownEnds, knownEnds } from './known-ends.ts'
import { chassisOf, withoutInterface } from './without-interface.ts'

/**
 * Finds out what two names mean. A port without an interface is no wrong call but a broken path, and comes back as
 * one. Rejects with BadCall where a name means nothing or too much, and with CannotLook where it may mean something
 * on a node that did not answer.
 */
export async function journeyFor(lab: Lab, { from, to, tcpPort }: Asked): Promise<Journey | Trail> {
  const known = await knownEnds(lab)
  const source = await endNamed(lab, known, from)
  if ('hops' in source) return { ...source, to }
  const own = source.addresses.map(({ address, prefixLength }) => `${address}/${prefixLength}`)
  if (isIP(to) && !isOneMachines(to, own)) throw bad.nobodys(to)
  const near = await nearest(lab, known.ends, source)
  const target = isIP(to)
    ? (ownerOf(near, source, to) ?? { address: to })
    : await endNamed(lab, known, to, near)
  if ('hops' in target) return { ...target, from }
  if ('node' in target && isSameEnd(target, source)) throw bad.onePort(from, to)
  const pair = addressesOf(...acrossBridges(source, target))
  if (!pair) throw bad.familiesApart(from, to)
  return { ...pair, ...(tcpPort !== undefined && { tcpPort }) }
}

type Target = KnownEnd | { address: string }

/** Ends whose cables are in a bridge that leads to OVN's are where OVN has them, unless that bridge itself joins both. */
function acrossBridges(source: KnownEnd, target: Target): [KnownEnd, Target] {
  const across = ({ beyond, ...end }: KnownEnd): KnownEnd => {
    if (!beyond) return end
    const { isInternal: _, ...others } = end
    const { segment: __, ...there } = beyond
    return { ...others, ...there }
  }
  if (!('node' in target)) return [across(source), target]
  const [one, other] = [source, target].map(({ node, beyond }) => beyond && `${node} ${beyond.segment}`)
  return one !== undefined && one === other ? [source, target] : [across(source), across(target)]
}

/** A localport leads to an end of each node; what is sent from a node gets to the one that is there, if there is any. */
async function nearest(lab: Lab, ends: KnownEnd[], { node }: KnownEnd): Promise<KnownEnd[]> {
  const locals = (await unlessBlind(lab.northbound()))?.ports.filter(({ type }) => type === LOCALPORT) ?? []
  const isHidden = (end: KnownEnd) =>
    end.node !== node &&
    locals.some(({ name }) => name === end.logicalPort) &&
    ends.some(other => other.node === node && other.logicalPort === end.logicalPort)
  return ends.filter(end => !isHidden(end))
}

const isSameEnd = (one: KnownEnd, other: KnownEnd) =>
  one.node === other.node &&
  ((one.netns === other.netns && one.device === other.device) ||
    (one.plug !== undefined && one.plug === other.plug))

/** The end with that address alone: who names one of several means that one. */
const only = (end: KnownEnd, address: string): KnownEnd => ({
  ...end,
  addresses: end.addresses.filter(own => own.address === address),
})

/**
 * The end of OVN that has an address, or the one in the sender's own Linux bridge; one that a namespace merely has as well is
 * still one of the outside.
 */
function ownerOf(ends: KnownEnd[], source: KnownEnd, address: string): KnownEnd | undefined {
  const isBeside = ({ node, linuxBridge }: KnownEnd) =>
    linuxBridge !== undefined && node === source.node && linuxBridge === source.linuxBridge
  // Whoever is beside OVN has such neighbours.
  const isOfSameKind = ({ isOfOvn, plug }: KnownEnd) =>
    !isOfOvn && !source.isOfOvn && plug !== undefined && source.plug !== undefined
  const owners = ends.filter(
    end =>
      (end.isOfOvn || isBeside(end) || isOfSameKind(end)) &&
      end.addresses.some(own => own.address === address),
  )
  const owner = owners.find(end => isSameEnd(end, source)) ?? owners.find(end => end.logicalPort) ?? owners[0]
  return owner && only(owner, address)
}

/** What a name means; without a node it is one of `near`. */
async function endNamed(
  lab: Lab,
  known: KnownEnds,
  word: string,
  near = known.ends,
): Promise<KnownEnd | Trail> {
  const whole = meant(near, word)
  const at = word.lastIndexOf('@')
  const isWhole = at <= 0 || whole.length > 0
  const [name, node] = isWhole ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
  if (node !== undefined && !lab.nodes.includes(node)) throw bad.noSuchNode(node, lab.nodes)
  const found = isWhole ? whole : meant(known.ends, name, node)
  if (found.length === 0) return nothingNamed(lab, known, name, node)
  const best = await bestOf(lab, found, name)
  const [end, ...others] = best
  if (others.length > 0) throw bad.ambiguous(name, best)
  if (end!.addresses.length === 0) throw bad.withoutAddress(end!)
  return isIP(name) ? only(end!, name) : end!
}

/** On each node: the namespace of that name, else the logical port, else the interface, else who has the address. */
function meant(ends: KnownEnd[], name: string, only?: string): KnownEnd[] {
  const nodes = [...new Set(ends.map(({ node }) => node))].filter(node => only === undefined || node === only)
  return nodes.flatMap(node => {
    const here = ends.filter(end => end.node === node)
    const meanings: ((end: KnownEnd) => boolean)[] = [
      end => end.netns === name,
      end => (end.beyond?.logicalPort ?? end.logicalPort) === name,
      end => (end.plug ?? end.loose) === name || (end.netns === undefined && end.device === name),
      end => end.addresses.some(({ address }) => address === name),
    ]
    return meanings.map(is => here.filter(is)).find(found => found.length > 0) ?? []
  })
}

/** Of several ends of one name: what is there, then what is bound there, in OVN, with an address. */
async function bestOf(lab: Lab, found: KnownEnd[], name: string): Promise<KnownEnd[]> {
  const isPort = found.every(end => end.logicalPort === name)
  const chassis = isPort && found.length > 1 ? await chassisOf(lab, name) : undefined
  const wishes: ((end: KnownEnd) => boolean)[] = [
    end => end.isLive,
    end => chassis === undefined || end.node === chassis.node,
    end => end.addresses.length > 0,
  ]
  const onOneNode = new Set(found.map(({ node }) => node)).size === 1
  if (onOneNode)
    wishes.push(
      end => end.logicalPort !== undefined,
      end => end.plug !== undefined,
      end => !end.isBehindOther,
    )
  return wishes.reduce((left, is) => (left.some(is) ? left.filter(is) : left), found)
}

async function nothingNamed(lab: Lab, known: KnownEnds, name: string, node?: string): Promise<Trail> {
  const elsewhere = node === undefined ? [] : meant(known.ends, name)
  if (elsewhere.length > 0) throw bad.unknownName(name, known.ends, node)
  for (const one of node === undefined ? lab.nodes : [node])
    if ((await unlessBlind(lab.kernel(one)))?.netns[name])
      throw bad.withoutAddress({ node: one, netns: name })
  const asPort = await withoutInterface(lab, known, name)
  if (asPort) return asPort
  const blind = known.blind.find(one => node === undefined || one.node === node)
  if (blind)
    throw new CannotLook(
      text(
        `${name} is on none of the nodes that answered, and ${blind.node} did not: ${blind.why.reason.en}`,
        `有回應的節點上都沒有 ${name}，而 ${blind.node} 沒有回應：${blind.why.reason['zh-TW']}`,
      ),
      { where: blind.node, ...(blind.why.help !== undefined && { help: blind.why.help }), cause: blind.why },
    )
  throw bad.unknownName(name, known.ends, node)
}

/** An address of each, of one family; of several the one in the other's subnet comes first, of IPv4 if there is one. */
function addressesOf(from: KnownEnd, to: Target): Omit<Journey, 'tcpPort'> | undefined {
  const targets: Journey['to'][] = 'node' in to ? endsFrom(to) : [to]
  const pairs = endsFrom(from).flatMap(source => targets.map(target => ({ from: source, to: target })))
  const alike = pairs.filter(pair => isIP(pair.from.address) === isIP(pair.to.address))
  return (
    alike
      .toSorted((one, other) => isIP(one.from.address) - isIP(other.from.address))
      .find(({ from: source, to: target }) =>
        isInPrefix(target.address, `${source.address}/${source.prefixLength}`),
      ) ?? alike[0]
  )
}

/** An end for each address. */
export const endsFrom = ({
  addresses,
  loose,
  isLive: _,
  isOfOvn: __,
  isBehindOther: ___,
  linuxBridge: ____,
  beyond: _____,
  isInternal,
  plug,
  ...end
}: KnownEnd): End[] =>
  addresses.map(({ address, prefixLength }) => ({
    ...cableOf(isInternal, plug, loose),
    ...end,
    address,
    prefixLength,
  }))

/** An internal port has no outer end: it is listened to in the namespace, and has a row. */
function cableOf(isInternal = false, plug?: string, loose?: string): Pick<End, 'plug' | 'row'> {
  const outer = isInternal ? undefined : (plug ?? loose)
  return {
    ...(outer !== undefined && { plug: outer }),
    ...(isInternal && plug !== undefined && { row: plug }),
  }
}
