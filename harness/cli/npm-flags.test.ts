import { describe, expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import { argumentsWithNpmFlags } from './npm-flags.ts'

// The environments are what npm 11.19 was seen to make of each line.
const underNpm = (command: string, env: Record<string, string> = {}) => ({
  npm_lifecycle_event: command,
  ...env,
})

describe('flags typed without npm’s --', () => {
  it('honours one that stands alone: npm run check day-06 --watch', () => {
    expect(
      argumentsWithNpmFlags(['check', 'day-06'], underNpm('check', { npm_config_watch: 'true' })),
    ).toEqual(['check', 'day-06', '--watch'])
  })

  it('honours npm run submit day-06 --try --out mine', () => {
    expect(
      argumentsWithNpmFlags(
        ['submit', 'day-06', 'mine'],
        underNpm('submit', { npm_config_try: 'true', npm_config_out: 'true' }),
      ),
    ).toEqual(['submit', 'day-06', '--out', 'mine', '--try'])
  })

  it('honours npm run new day-99 --lessons mine', () => {
    expect(
      argumentsWithNpmFlags(['new', 'day-99', 'mine'], underNpm('new', { npm_config_lessons: 'true' })),
    ).toEqual(['new', 'day-99', '--lessons', 'mine'])
  })

  it('honours --no-color', () => {
    expect(argumentsWithNpmFlags(['check', 'day-06'], underNpm('check', { npm_config_color: '' }))).toEqual([
      'check',
      'day-06',
      '--no-color',
    ])
  })

  it('honours one with a value that npm left behind as a bare word: npm run check day-06 --junit out.xml', () => {
    expect(
      argumentsWithNpmFlags(['check', 'day-06', 'out.xml'], underNpm('check', { npm_config_junit: 'true' })),
    ).toEqual(['check', 'day-06', '--junit', 'out.xml'])
  })

  it('honours --all of prove: npm run prove --all', () => {
    expect(argumentsWithNpmFlags(['prove'], underNpm('prove', { npm_config_all: 'true' }))).toEqual([
      'prove',
      '--all',
    ])
  })

  it('honours npm run prove day-06 --shard=1/3 --fault eth2-down', () => {
    expect(
      argumentsWithNpmFlags(
        ['prove', 'day-06', 'eth2-down'],
        underNpm('prove', { npm_config_shard: '1/3', npm_config_fault: 'true' }),
      ),
    ).toEqual(['prove', 'day-06', '--fault', 'eth2-down', '--shard', '1/3'])
  })

  it('honours one with = : npm run check day-06 --lab=mine', () => {
    expect(argumentsWithNpmFlags(['check', 'day-06'], underNpm('check', { npm_config_lab: 'mine' }))).toEqual(
      ['check', 'day-06', '--lab', 'mine'],
    )
  })

  it('honours --lang, which npm reads as -l -a -g', () => {
    expect(
      argumentsWithNpmFlags(
        ['check', 'day-06', 'zh-TW'],
        underNpm('check', { npm_config_long: 'true', npm_config_all: 'true', npm_config_global: 'true' }),
      ),
    ).toEqual(['check', 'day-06', '--lang', 'zh-TW'])
  })

  it('explains two with values, since npm does not tell which value is whose', () => {
    const call = () =>
      argumentsWithNpmFlags(
        ['check', 'day-06', 'out.xml', 'binding'],
        underNpm('check', { npm_config_junit: 'true', npm_config_stage: 'true' }),
      )
    expect(call).toThrow(BadCall)
    expect(call).toThrow(
      'npm kept --junit, --stage for itself. Put -- before the arguments: npm run check -- day-06 --junit … --stage …',
    )
  })

  it('explains a value flag that lost its value', () => {
    expect(() =>
      argumentsWithNpmFlags(['check', 'day-06'], underNpm('check', { npm_config_json: 'true' })),
    ).toThrow('npm kept --json for itself')
  })

  it('leaves a call alone that was typed right, or did not come through npm', () => {
    const typed = ['check', 'day-06', '--json', 'a.json']
    expect(argumentsWithNpmFlags(typed, underNpm('check'))).toEqual(typed)
    expect(argumentsWithNpmFlags(['check', 'day-06'], { npm_config_watch: 'true' })).toEqual([
      'check',
      'day-06',
    ])
  })

  it('leaves words alone that are for a node', () => {
    const typed = ['lab', 'exec', 'controller', 'ip', '-br', 'a']
    expect(argumentsWithNpmFlags(typed, underNpm('lab', { npm_config_lab: 'true' }))).toEqual(typed)
  })
})
