import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../../harness/core/checkout.ts'
import type { KernelFacts, ProgramFacts } from '../../harness/look/evidence.ts'
import { Lab } from '../../harness/look/lab.ts'
import { type Recording, replay } from '../../harness/look/recording.ts'
import { loadTopology } from '../../harness/topology/load-topology.ts'
import distrust from '../trust/distrust.ts'
import type { OvsTables } from './recorded.ts'

export const topology = await loadTopology()
export const read = (file: string) => JSON.parse(readFileSync(file, 'utf8')) as Recording
export const solved = () => read(join(checkout, 'lessons/day-06/recordings/mapping.json'))

/** The reasons, in English, for a recording after something in it was forged. */
export async function reasons(forge: (recorded: Recording) => void = () => undefined): Promise<string[]> {
  const recorded = solved()
  forge(recorded)
  return (await distrust(new Lab(replay(recorded), topology))).map(({ en }) => en)
}

export function evidence<E>(recorded: Recording, look: string, node: string, database?: string): E {
  const found = recorded.answers.find(({ request }) => {
    const asked = request as { look: string; node?: string; database?: string }
    return asked.look === look && asked.node === node && asked.database === database
  })
  return (found as unknown as { evidence: E }).evidence
}
export const kernel = (recorded: Recording) => evidence<KernelFacts>(recorded, 'kernel', 'hypervisor')
export const plugIn = (recorded: Recording) =>
  evidence<OvsTables>(recorded, 'database', 'hypervisor', 'Open_vSwitch').Interface.find(
    ({ name }) => name === 'veth-ns2-br',
  )!

export const honest: ProgramFacts = {
  files: [
    {
      ...{ name: 'ping', path: '/usr/bin/ping', file: '/usr/bin/ping' },
      ...{ package: 'iputils-ping', listed: 'a', found: 'a' },
    },
  ],
  servers: [{ of: 'Open_vSwitch', socket: '/run/db.sock', file: '/usr/sbin/ovsdb-server' }],
  preloaded: [],
  interpreted: [],
  boot: '87cb2a16-9112-40c5-bf2c-8b93453e02b4',
  netns: 'net:[1]',
}
export const programs = (recorded: Recording, facts: Partial<ProgramFacts>, node = 'hypervisor') =>
  recorded.answers.push({ request: { look: 'programs', node }, evidence: { ...honest, ...facts } })
