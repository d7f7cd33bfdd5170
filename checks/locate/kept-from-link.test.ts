import { expect, it } from 'vitest'
import { gatewayLab, OUTER } from '../testing/gateway-lab.ts'
import { leavesByLink } from './kept-from-link.ts'

const ASKED = { address: OUTER, nextHop: '192.168.10.1' }
const trace = (datapathActions: string) => [{ steps: [], bridges: ['br-eth2'], datapathActions }]
const leaves = async (datapathActions: string) => {
  const number = (await gatewayLab().kernel('hypervisor')).datapath?.find(
    ({ name }) => name === 'eth2',
  )?.number
  const lab = gatewayLab(({ looks }) => {
    looks.traces = trace(datapathActions === 'out' ? String(number) : datapathActions)
  })
  return leavesByLink(lab, 'hypervisor', 'eth2', ASKED)
}

it('holds where the question of the router would leave by the link, or where no trace was made', async () => {
  await expect(leaves('out')).resolves.toBeUndefined()
  await expect(leavesByLink(gatewayLab(), 'hypervisor', 'eth2', ASKED)).resolves.toBeUndefined()
})

it('does not where it would be dropped', async () => {
  await expect(leaves('drop')).rejects.toMatchObject({ where: 'hypervisor · br-eth2 · OpenFlow' })
})
