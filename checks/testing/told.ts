import { expect } from 'vitest'
import type { BrokenLink } from '../diagnosis/broken-link.ts'

/** Where a break is told to be, and what was seen there, in English; the Chinese must say it too, and name the same. */
export function told(found: BrokenLink | undefined): string | undefined {
  if (!found) return undefined
  const { where, saw, tryThis } = found
  expect(saw['zh-TW']).toMatch(/\p{Script=Han}/u)
  expect(`${where} ${saw.en} ${saw['zh-TW']} ${tryThis}`).not.toMatch(/undefined|NaN|\[object/)
  return `${where}: ${saw.en}`
}
