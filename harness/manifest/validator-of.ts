import type { ValidateFunction } from 'ajv'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { READS_SCHEMAS } from './complaint.ts'

const validators = new WeakMap<object, ValidateFunction>()

/**
 * What ajv makes of a schema, once, when it is first asked for: it costs as much as reading a hundred files. That the schemas are ours,
 * and sound, is for the tests to see: ajv would first make a program of the schema of schemas. `allErrors`: for what people write.
 */
export function validatorOf<T>(schema: object, { allErrors = false } = {}): ValidateFunction<T> {
  const known = validators.get(schema)
  if (known) return known as ValidateFunction<T>
  const made = new Ajv2020({ ...READS_SCHEMAS, allErrors, validateSchema: false }).compile<T>(schema)
  validators.set(schema, made)
  return made
}
