/** In the order of people, in which ns2 comes before ns10; the same everywhere. */
export const byNumber = (one: string, other: string): number =>
  one.localeCompare(other, 'en', { numeric: true }) || (one < other ? -1 : one > other ? 1 : 0)
