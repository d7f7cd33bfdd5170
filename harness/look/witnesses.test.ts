import { expect, it } from 'vitest'
import type { CaptureSeen } from './evidence.ts'
import type { Recording } from './recording.ts'
import { witnessesIn } from './witnesses.ts'

const heardOn = (link: string, heardMarker: boolean): CaptureSeen => ({
  node: 'wires',
  netns: 'outside',
  link: `c-${link}`,
  wireOf: { node: 'controller', link },
  heardMarker,
  packetsTotal: 1,
  droppedByKernel: 0,
  heard: [],
  arps: [],
  otherwise: [],
})

const said = (...captures: CaptureSeen[]) =>
  witnessesIn({
    answers: [
      { request: { look: 'traffic', pings: [], listen: [], markers: [] }, evidence: { pings: [], captures } },
    ] as unknown as Recording['answers'],
  }).map(({ en }) => en)

it('names the links whose other ends were heard, as the lab has them', () => {
  expect(said(heardOn('uplink', true), heardOn('mgmt', true))).toEqual(['the other ends of mgmt and uplink'])
})

it('says that the other end of a link was not heard, and what it takes', () => {
  expect(said(heardOn('uplink', false))).toEqual([
    'not at the other ends of uplink: captures there need tcpdump and ping on this computer',
  ])
})
