import { describe, expect, it } from 'vitest'
import { BadCall } from '../core/errors.ts'
import { ofShard, shardFrom } from './shard.ts'

describe('a shard', () => {
  it('is read from K/N', () => expect(shardFrom('2/3')).toEqual({ index: 2, total: 3 }))

  it.each(['', '0/3', '4/3', '1/0', '1', 'a/b', '1/3/5', '-1/3', '1.5/3'])('is refused as %j', words => {
    expect(() => shardFrom(words)).toThrow(
      new BadCall({
        en: `--shard "${words}" is no part of anything: write K/N with K from 1 to N, such as 1/3.`,
        'zh-TW': `--shard「${words}」不正確：請寫成 K/N，K 介於 1 到 N，例如 1/3。`,
      }),
    )
  })

  it('takes every item in one shard and none in two', () => {
    const items = [...'abcdefg']
    const shards = [1, 2, 3].map(index => ofShard(items, { index, total: 3 }))
    expect(shards).toEqual([
      ['a', 'd', 'g'],
      ['b', 'e'],
      ['c', 'f'],
    ])
  })
})
