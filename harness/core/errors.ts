import type { Hop } from './hop.ts'
import type { Text } from './text.ts'

/**
 * The lab could not be looked at: machine down, no sudo, malformed reply, deaf capture.
 * Becomes the verdict `unknown`; says nothing about the learner.
 */
export class CannotLook extends Error {
  override name = 'CannotLook'
  readonly reason: Text
  readonly where: string | undefined
  /** One command (or short advice) that would help. */
  readonly help: string | undefined

  constructor(reason: Text, about: { where?: string; help?: string; cause?: unknown } = {}) {
    super(reason.en, { cause: about.cause })
    this.reason = reason
    this.where = about.where
    this.help = about.help
  }
}

/**
 * Two witnesses say different things: not that nobody could look, but that one of them is not what it seems, or that what they speak of
 * changed meanwhile.
 */
export class Contradiction extends CannotLook {}

/** What is not so, in the learner's terms. */
export interface Unmetness {
  expected: Text
  /** The value seen, and what it contradicts. */
  saw: Text
  /** The link that is broken: node · database · table · column, node · link, or node · daemon. */
  where: string
  /** A read-only command to see it oneself. */
  tryThis: string
  /** A known mistake that this is a sign of, by its id; a lesson may react to it with hints of its own. */
  cause?: string | undefined
  /** The path of the packet that did not arrive, where the claim is about one. */
  hops?: Hop[] | undefined
  /** What the claim is about is there, only not as it should be: somebody has begun with it. */
  isBegun?: boolean
}

/** We looked, and it is not so. Becomes the verdict `fails`. */
export class Unmet extends Error {
  override name = 'Unmet'
  readonly expected: Text
  readonly saw: Text
  readonly where: string
  readonly tryThis: string
  override readonly cause: string | undefined
  readonly hops: Hop[] | undefined
  readonly isBegun: boolean

  constructor(about: Unmetness) {
    super(`expected ${about.expected.en}; saw ${about.saw.en}`)
    this.expected = about.expected
    this.saw = about.saw
    this.where = about.where
    this.tryThis = about.tryThis
    this.cause = about.cause
    this.hops = about.hops
    this.isBegun = about.isBegun === true
  }
}

/** The call itself was wrong: unknown lesson, bad flag, invalid manifest or inventory. Exit code 3. */
export class BadCall extends Error {
  override name = 'BadCall'
  readonly sentence: Text

  constructor(sentence: Text) {
    super(sentence.en)
    this.sentence = sentence
  }
}
