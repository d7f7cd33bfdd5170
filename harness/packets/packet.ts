import type { KeptFrame } from '../capture/kept-frames.ts'
import { dissect, type Layer } from './dissect.ts'

/** A packet as it is listed, and opened: plain data. */
export interface Packet {
  /** Since the first of the list, in ms, by the clock of the node that heard it. */
  atMs: number
  node: string
  link: string
  netns?: string
  /** What it is, in the words of its own protocol. */
  words: string
  /** The number of the network it was wrapped for, where it was found in Geneve. */
  vni?: number
  /** On the wire. */
  bytes: number
  /** Its headers, from the outermost on. */
  layers: Layer[]
  /** What was captured of it, in hexadecimal. */
  hex: string
}

/** What was captured, as one list over all nodes. */
export function packetsOf(frames: readonly KeptFrame[]): Packet[] {
  const startNs = frames[0]?.timeNs ?? 0n
  return frames.map(frame => {
    const { at, timeNs, originalLength, bytes } = frame
    const { layers, words, vni } = dissect(frame)
    const place = at.wireOf ?? at
    return {
      atMs: Number(timeNs - startNs) / 1e6,
      node: place.node,
      link: at.wireOf ? `${place.link} (wire)` : place.link,
      ...(at.netns !== undefined && { netns: at.netns }),
      words,
      ...(vni !== undefined && { vni }),
      bytes: originalLength,
      layers,
      hex: bytes.toString('hex'),
    }
  })
}

/** The place of a capture, as an interface is called in a file that others read. */
export function placeOf({ node, link, netns, wireOf }: KeptFrame['at']): string {
  if (wireOf) return `${wireOf.node}:${wireOf.link}:wire`
  return [node, netns, link].filter(part => part !== undefined).join(':')
}
