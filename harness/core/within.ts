/**
 * What the promise comes to, or undefined when `ms` are over. The timer holds the process up: a wait that nothing else
 * holds up would end the process in its middle, with exit code 13.
 */
export async function within<T>(ms: number, promise: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<undefined>(resolve => {
    timer = setTimeout(() => resolve(undefined), ms)
  })
  try {
    return await Promise.race([promise, late])
  } finally {
    clearTimeout(timer)
  }
}
