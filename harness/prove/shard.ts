import { BadCall } from '../core/errors.ts'
import { text } from '../core/text.ts'

/** One of `total` equal parts of the work; `index` counts from 1. */
export interface Shard {
  index: number
  total: number
}

/** Reads `K/N`; anything but 1 ≤ K ≤ N is a BadCall. */
export function shardFrom(words: string): Shard {
  const [, index = 0, total = 0] = (/^(\d+)\/(\d+)$/.exec(words) ?? []).map(Number)
  if (index >= 1 && index <= total) return { index, total }
  throw new BadCall(
    text(
      `--shard "${words}" is no part of anything: write K/N with K from 1 to N, such as 1/3.`,
      `--shard「${words}」不正確：請寫成 K/N，K 介於 1 到 N，例如 1/3。`,
    ),
  )
}

/** The items of one shard, dealt out in turn, so that faults of one theme spread over all shards. */
export const ofShard = <Item>(items: Item[], { index, total }: Shard): Item[] =>
  items.filter((_, at) => at % total === index - 1)
