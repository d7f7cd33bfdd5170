import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { text } from '../say/text.ts'
import schema from './lesson.schema.json' with { type: 'json' }

it('a manifest with an unknown key, a missing language or a claim without hints is refused', () => {
  const claim = { id: 'a', title: { en: 'Only English' }, points: 1, after: [], hints: [], ponits: 3 }
  const stages = [{ id: 's', title: text('S', '階段'), claims: [claim] }]
  const validate = new Ajv2020({ allErrors: true, strict: true }).compile(schema)
  validate({ title: text('L', '課程'), summary: text('S', '摘要'), minutes: 30, stages })
  expect(validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`)).toEqual([
    '/stages/0/claims/0 must NOT have additional properties',
    "/stages/0/claims/0/title must have required property 'zh-TW'",
    '/stages/0/claims/0/hints must NOT have fewer than 1 items',
  ])
})
