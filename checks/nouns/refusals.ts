/** How the kernel answers for routes and rules that are there to refuse (fib_props of net/ipv4/fib_semantics.c). */
export const REFUSALS: Readonly<Record<string, string>> = {
  'Invalid argument': 'blackhole',
  'No route to host': 'unreachable',
  'Permission denied': 'prohibit',
}
