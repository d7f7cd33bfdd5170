import { expect, it } from 'vitest'
import { unmet } from '../testing/outcome.ts'
import { type Edit, lost, ns1, ns2, pings, tunnelledLab } from '../testing/tunnelled-lab.ts'
import { connects } from './connects.ts'

const PORT = 80
const connecting = (...edits: Edit[]) => connects(tunnelledLab(...edits), pings, ns2, ns1.address, PORT)

it('holds on the solved lab, whose ns1 refuses, and where only pings are lost', async () => {
  await expect(connecting()).resolves.toBeUndefined()
  await expect(connecting(lost({}), lost({ bytes: 1472 }))).resolves.toBeUndefined()
})

it('does not hold where the connection is not answered', async () => {
  const { expected, saw } = await unmet(connecting(lost({ tcpPort: PORT })))
  expect(expected.en).toBe('192.168.1.1 answers TCP from ns2 to port 80 (a refusal is an answer)')
  expect(saw.en).toMatch(/^20 sent, 0 answered/)
})
