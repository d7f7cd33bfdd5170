import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect, it } from 'vitest'
import { text } from '../core/text.ts'
import { complaintsOf, READS_SCHEMAS } from '../manifest/complaint.ts'
import schema from './lesson.schema.json' with { type: 'json' }

it('a manifest with an unknown key, a missing language or a claim without hints is refused', () => {
  const claim = { id: 'a', title: { en: 'Only English' }, points: 1, after: [], hints: [], ponits: 3 }
  const stages = [{ id: 's', title: text('S', '階段'), claims: [claim] }]
  const validate = new Ajv2020({ ...READS_SCHEMAS, allErrors: true }).compile(schema)
  validate({ title: text('L', '課程'), summary: text('S', '摘要'), minutes: 30, stages })
  expect(
    complaintsOf(validate.errors!).map(({ path, sentence }) => `${path.join('/')}: ${sentence.en}`),
  ).toEqual([
    'stages/0/claims/0/ponits: unknown key `ponits`; did you mean `points`?',
    'stages/0/claims/0/title: `title` has no `zh-TW`',
    'stages/0/claims/0/hints: `hints` must not be empty',
  ])
})
