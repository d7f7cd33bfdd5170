import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** ip-route(8): exceptions of routes, which redirects and too small MTUs leave, are gone after it. */
const FORGET = 'ip route flush cache; ip -6 route flush cache'

/**
 * The computer on a lab's physical network forgets what packets told it of paths: it would remember a path of a small MTU for
 * ten minutes (ip-sysctl, mtu_expires), long after a trial that made one. `enter`: the program (argv) that leads to it.
 */
export async function forgetPaths([program = 'env', ...more]: string[]): Promise<void> {
  await promisify(execFile)(program, [...more, 'sh', '-c', FORGET])
}
