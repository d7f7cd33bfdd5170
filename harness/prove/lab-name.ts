import { createServer } from 'node:net'

/** A lab's name that is ours until it is released; the kernel releases it when we die, however we die. */
export interface HeldName {
  name: string
  release(): void
}

/**
 * The first `count` of PREFIX-1, PREFIX-2, … that no other proof on this machine is using.
 * A name is held by an abstract Unix socket (unix(7)): it needs no folder, no root, and leaves nothing.
 */
export async function holdLabNames(prefix: string, count: number): Promise<HeldName[]> {
  const held: HeldName[] = []
  for (let number = 1; held.length < count; number++) {
    const name = `${prefix}-${number}`
    const release = await hold(name)
    if (release) held.push({ name, release })
  }
  return held
}

function hold(name: string): Promise<(() => void) | undefined> {
  const server = createServer()
  return new Promise((resolve, reject) => {
    server.once('error', (problem: NodeJS.ErrnoException) =>
      problem.code === 'EADDRINUSE' ? resolve(undefined) : reject(problem),
    )
    server.listen(`\0ovn-lab/${name}`, () => {
      server.unref()
      resolve(() => server.close())
    })
  })
}
