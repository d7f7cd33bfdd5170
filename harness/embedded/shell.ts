import { $ as zx } from 'zx/core'

/** zx without an echo: what a command says on stderr is for the error's sentence, not for the learner's screen. */
export const $ = zx({ quiet: true })
