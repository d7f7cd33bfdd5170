import * as fs from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadTopology } from '../topology/load-topology.ts'
import { begunOn, noteBegun, noteEnded } from './begun.ts'
import { assertAlike, assertOurs } from './restore.ts'
import { commandOf, quote } from './shell-words.ts'
import { type NodeState, nodeStateFrom } from './state.ts'
import {
  assertNewName,
  type Checkpoint,
  freeName,
  listCheckpoints,
  loadCheckpoint,
  storeCheckpoint,
} from './store.ts'

let folder: string
const before = process.env.XDG_STATE_HOME
beforeEach(() => {
  folder = fs.mkdtempSync(join(tmpdir(), 'checkpoints-'))
  process.env.XDG_STATE_HOME = folder
})
afterEach(() => {
  if (before === undefined) delete process.env.XDG_STATE_HOME
  else process.env.XDG_STATE_HOME = before
  fs.rmSync(folder, { recursive: true, force: true })
})

const checkpoint = async (name: string, savedAt = '2026-11-26T12:00:00.000Z'): Promise<Checkpoint> => ({
  ...{ schema: 1, name, savedAt, lesson: 'day-06', lab: 'mine', topology: await loadTopology(), nodes: {} },
})
const set = (node: Record<string, string>) => ({ node }) as NodeState

describe('checkpoints among a learner’s files', () => {
  it('are listed, oldest first, and only theirs to read', async () => {
    expect(listCheckpoints()).toEqual({ checkpoints: [], broken: [] })
    await storeCheckpoint(await checkpoint('late', '2026-11-26T13:00:00.000Z'))
    await storeCheckpoint(await checkpoint('early'))
    expect(listCheckpoints().checkpoints.map(({ name }) => name)).toEqual(['early', 'late'])
    expect(loadCheckpoint('late')).toMatchObject(await checkpoint('late', '2026-11-26T13:00:00.000Z'))
    const [file = ''] = fs.readdirSync(join(folder, 'ovn-lab/checkpoints.d'))
    expect(fs.statSync(join(folder, 'ovn-lab/checkpoints.d', file)).mode & 0o077).toBe(0)
  })

  it('are never replaced, and a name of our own is always free', async () => {
    const now = new Date()
    const name = freeName('mine', now)
    await storeCheckpoint(await checkpoint(name))
    expect(() => assertNewName(name)).toThrow('and it stays')
    expect(freeName('mine', now)).toBe(`${name}-2`)
  })

  it('that cannot be written are told as what they are', async () => {
    fs.mkdirSync(join(folder, 'ovn-lab'))
    fs.writeFileSync(join(folder, 'ovn-lab/checkpoints.d'), '')
    await expect(storeCheckpoint(await checkpoint('new'))).rejects.toThrow(
      /^The checkpoint cannot be written to .*new\.json: a part of the path is a file, not a folder\. Nothing was saved/,
    )
  })

  it.each(['', '../x', '.hidden', 'a b', 'x'.repeat(61)])('cannot be called %j', name => {
    expect(() => assertNewName(name)).toThrow('cannot be the name')
  })

  it('that are broken, or not there, are named, and left as they are', async () => {
    await storeCheckpoint(await checkpoint('whole'))
    const broken = join(folder, 'ovn-lab/checkpoints.d/half.json')
    fs.writeFileSync(broken, '{"schema":1')
    expect(() => loadCheckpoint('half')).toThrow('cannot be read as a checkpoint; it was left')
    expect(() => loadCheckpoint('none')).toThrow('Checkpoints: whole.')
    expect(() => loadCheckpoint('../../etc/passwd')).toThrow('There is no checkpoint')
    expect(listCheckpoints().broken).toEqual([broken])
    expect(fs.readFileSync(broken, 'utf8')).toBe('{"schema":1')
  })
})

describe('a file that was damaged', () => {
  const file = () => join(folder, 'ovn-lab/checkpoints.d/whole.json')
  const node = nodeStateFrom(
    "M node\nNODES='a b'\nM ovs\nM links\n[]\nM northbound\nswitch ls0\nM end\n",
    'M',
  )
  const stored = async (nodes: Record<string, unknown>) => {
    await storeCheckpoint({ ...(await checkpoint('whole')), nodes: nodes as Checkpoint['nodes'] })
    return fs.readFileSync(file(), 'utf8')
  }

  it('in any byte of what is restored is not taken', async () => {
    const written = await stored({ a: node })
    expect(loadCheckpoint('whole').nodes.a?.northbound).toContain('ls0')
    fs.writeFileSync(file(), written.replace('switch ls0', 'switch ls1'))
    expect(() => loadCheckpoint('whole')).toThrow('cannot be read as a checkpoint; it was left')
  })

  it.each([
    { a: {} },
    { a: { ...node, network: undefined } },
    { a: { ...node, namespaces: { ns1: {} } } },
    { a: { ...node, ovs: 'none' } },
  ])('in its shape is not taken either: %j', async nodes => {
    await stored(nodes)
    expect(() => loadCheckpoint('whole')).toThrow('cannot be read as a checkpoint')
  })

  it('is taken from before there were digests', async () => {
    const { digest: _, ...older } = JSON.parse(await stored({ a: node }))
    fs.writeFileSync(file(), JSON.stringify(older))
    expect(loadCheckpoint('whole').name).toBe('whole')
  })
})

it('a restore that has begun is known until it has ended, by its lab', () => {
  expect(begunOn('mine')).toBeUndefined()
  noteBegun('mine', { name: 'first', kept: 'before' })
  expect(begunOn('mine')).toEqual({ name: 'first', kept: 'before' })
  expect(begunOn('../other')).toBeUndefined()
  expect(listCheckpoints()).toEqual({ checkpoints: [], broken: [] })
  noteEnded('mine')
  expect(begunOn('mine')).toBeUndefined()
})

it('is restored on machines of the same kind only, and on ours', () => {
  const [kernel, userspace] = [
    set({ NODES: 'a b', DATAPATH: 'kernel' }),
    set({ NODES: 'a b', DATAPATH: 'userspace' }),
  ]
  expect(() => assertAlike({ a: kernel }, { a: kernel })).not.toThrow()
  expect(() => assertAlike({ a: kernel }, { a: userspace })).toThrow(
    'DATAPATH of a was "kernel" and is "userspace"',
  )
  expect(() => assertAlike({ a: kernel, c: kernel }, { a: kernel })).toThrow('of c')
  expect(() => assertOurs({ a: set({}) })).toThrow('ovn-lab did not set up')
})

it('words reach a shell as they are', () => {
  expect(quote("it's $HOME")).toBe(`'it'\\''s $HOME'`)
  expect(commandOf('ip', '', undefined, false, 'a b', 7)).toBe("ip 'a b' 7")
})

it('what a node printed is taken whole or not at all', () => {
  const printed = "M node\nNODES='a b'\nM ovs\nM links\n[]\nM stopped\novn-northd\nM end\n"
  expect(nodeStateFrom(printed, 'M')).toMatchObject({
    node: { NODES: 'a b' },
    stopped: ['ovn-northd'],
    namespaces: {},
  })
  expect(() => nodeStateFrom(printed.slice(0, -6), 'M')).toThrow('cut')
})
