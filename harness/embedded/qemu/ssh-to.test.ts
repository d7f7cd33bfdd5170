import { expect, it } from 'vitest'
import { sshTo } from './ssh-to.ts'

it('passes words on to the shell of the machine as they are', () => {
  const argv = sshTo('mine', 'controller', ['echo', "it's", '$HOME', '*', ''], { terminal: false })
  expect(argv.slice(-2)).toEqual(['root@controller', `echo 'it'\\''s' '$HOME' '*' ''`])
})

it('goes through the socket of the node with the key of the lab, and asks nobody', () => {
  const line = sshTo('mine', 'hypervisor', ['true'], { terminal: true }).join(' ')
  expect(line).toMatch(/^ssh -F none -tt -i \/run\/ovn-lab\/mine\/id_ed25519 -o BatchMode=yes /)
  expect(line).toContain('-o ProxyCommand=nc.openbsd -N -U /run/ovn-lab/mine/hypervisor.sock ')
  expect(line).toContain('-o UserKnownHostsFile=/run/ovn-lab/mine/known_hosts ')
})
