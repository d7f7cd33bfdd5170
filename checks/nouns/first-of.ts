/** The first that something is found for, in order; each is asked only after those before it. */
export async function firstOf<T, R>(
  items: T[],
  find: (item: T) => Promise<R | undefined> | R | undefined,
): Promise<R | undefined> {
  for (const item of items) {
    const found = await find(item)
    if (found !== undefined) return found
  }
  return undefined
}
