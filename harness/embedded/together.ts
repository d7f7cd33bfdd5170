/**
 * Resolves when all of them are done. Rejects with the first problem, but not before the others have ended too:
 * whoever takes away what was made can be sure that nothing is made behind his back any more.
 */
export async function together(works: Promise<unknown>[]): Promise<void> {
  const ended = await Promise.allSettled(works)
  for (const one of ended) if (one.status === 'rejected') throw one.reason
}
