import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where this program keeps what belongs to its user (XDG Base Directory Specification). It may not be there yet. */
export function stateFolder(env = process.env, home = homedir()): string {
  const told = env.XDG_STATE_HOME
  // A relative path there is to be ignored, says the specification.
  return join(told?.startsWith('/') ? told : join(home, '.local/state'), 'ovn-lab')
}
