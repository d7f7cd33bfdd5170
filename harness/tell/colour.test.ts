import { describe, expect, it } from 'vitest'
import { colourWanted } from './colour.ts'

const terminal = { isTTY: true }
const file = {}

describe('colourWanted', () => {
  it.each([
    ['a terminal', {}, terminal, true],
    ['a file or a pipe', {}, file, false],
    ['NO_COLOR', { NO_COLOR: '1' }, terminal, false],
    ['an empty NO_COLOR says nothing', { NO_COLOR: '' }, terminal, true],
    ['FORCE_COLOR', { FORCE_COLOR: '1' }, file, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, terminal, false],
    ['both: NO_COLOR wins', { NO_COLOR: '1', FORCE_COLOR: '1' }, terminal, false],
    ['TERM=dumb', { TERM: 'dumb' }, terminal, false],
    ['TERM=dumb with FORCE_COLOR', { TERM: 'dumb', FORCE_COLOR: '3' }, terminal, true],
  ])('%s', (_, env, stream, wanted) => {
    expect(colourWanted(env, stream)).toBe(wanted)
  })
})
