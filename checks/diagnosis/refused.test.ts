import { describe, expect, it } from 'vitest'
import { withLook } from '../testing/diagnostics.ts'
import { solvedLab } from '../testing/solved-lab.ts'
import { refusesOpenFlow } from './connection.ts'
import { writesRefused } from './refused-writes.ts'

describe('the southbound database', () => {
  const found = (more: object) => {
    const asked = { look: 'daemon' as const, node: 'controller', daemon: 'ovn-northd' as const }
    return writesRefused(solvedLab(withLook(asked, { southbound: 'connected', status: 'active', ...more })))
  }

  it('takes no changes where it was made the backup of another one', async () => {
    expect(await found({ copies: 'tcp:192.168.33.20:6642' })).toMatchObject({
      where: 'controller · ovsdb-server',
      cause: 'database-backup',
    })
    expect((await found({ copies: 'nobody' }))?.saw).toEqual({
      en: 'the southbound database on controller was made the backup of another server, so it refuses what ovn-controller writes',
      'zh-TW':
        'controller 上的 southbound 資料庫被設成另一台伺服器的備份（backup），所以拒絕 ovn-controller 寫入的變更',
    })
    expect(await found({})).toBeUndefined()
  })
})

describe('the socket of the integration bridge', () => {
  const found = (bridgeSockets: string[]) => {
    const asked = { look: 'daemon' as const, node: 'hypervisor', daemon: 'ovn-controller' as const }
    return refusesOpenFlow(
      solvedLab(withLook(asked, { southbound: 'connected', status: 'running', bridgeSockets })),
      'hypervisor',
    )
  }

  it('is missed where those of other bridges are there', async () => {
    expect((await found(['br-eth1.mgmt', 'br-eth2.mgmt']))?.where).toBe('hypervisor · br-int.mgmt')
    expect(await found(['br-eth1.mgmt', 'br-int.mgmt'])).toBeUndefined()
    expect(await found([])).toBeUndefined()
  })
})
