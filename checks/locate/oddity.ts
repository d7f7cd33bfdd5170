import type { Text } from '../../harness/core/text.ts'
import type { BrokenLink } from '../diagnosis/broken-link.ts'
import type { Cause } from '../diagnosis/cause.ts'
import { on } from '../nouns/phrases.ts'
import type { End } from '../route/hop.ts'

/** The link of an end, as a place where packets can be held. */
export const innerOf = ({ node, netns, device }: End) => ({
  node,
  name: device,
  ...(netns !== undefined && { netns }),
})

/** Something of an end's stack that breaks a path: which part of it, what was seen, and a command to see it as root. */
export const oddity = (
  { node, netns }: End,
  part: string,
  cause: Cause | undefined,
  saw: Text,
  command: string,
): BrokenLink => ({
  where: [node, netns === undefined ? undefined : `netns ${netns}`, part].filter(Boolean).join(' · '),
  saw,
  tryThis: on(node, `sudo ${command}`),
  ...(cause && { cause }),
})
