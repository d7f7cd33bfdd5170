import { expect, it } from 'vitest'
import { screenOf } from './screen.ts'

/** Prints three characters that are two cells wide, and asks where the cursor is then. */
const whereIsTheCursor = () =>
  new Promise((resolve, reject) => {
    screenOf(80, 24, resolve).then(
      screen => screen.write(Buffer.from('中文😀\x1b[6n'), () => screen.close()),
      reject,
    )
  })

it('knows how wide characters are, wherever Node puts its Buffers', async () => {
  // Small Buffers share memory: the next ones stand somewhere in it, and not where it begins.
  while (Buffer.from('\0'.repeat(8)).byteOffset !== 64);
  expect(await Promise.all([whereIsTheCursor(), whereIsTheCursor()])).toEqual(['\x1b[1;7R', '\x1b[1;7R'])
})
