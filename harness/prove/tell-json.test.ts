import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { LANGS } from '../core/text.ts'
import schema from './prove-report.schema.json' with { type: 'json' }
import { proof, reported } from './sample.test-data.ts'
import { jsonProof } from './tell-json.ts'

describe('a proof as JSON', () => {
  it.each(LANGS)('meets its schema in %s', lang => {
    const validate = new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }).compile(schema)
    validate(jsonProof(reported, lang))
    expect(validate.errors ?? []).toEqual([])
  })

  it('has what the contract says', () => {
    expect(jsonProof({ ...reported, proofs: [proof] }, 'en')).toMatchObject({
      schema: 1,
      lessons: [
        {
          lesson: 'day-99',
          verdict: 'fails',
          faults: { total: 4, caught: 2, named: 1 },
          claims: { total: 4, proven: 2 },
          flips: 0,
        },
      ],
    })
  })
})
