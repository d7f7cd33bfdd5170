import { shellQuote } from '../../ssh/root-shell.ts'
import { paths } from '../names.ts'

/** The command line (argv) that runs another one on a virtual machine as root, over ssh, with the lab's own key. */
export function sshTo(
  lab: string,
  node: string,
  argv: string[],
  { terminal }: { terminal: boolean },
): string[] {
  const { identity, knownHosts, socket } = paths(lab)
  const options = [
    'BatchMode=yes',
    'LogLevel=ERROR',
    'IdentitiesOnly=yes',
    'StrictHostKeyChecking=yes',
    'UpdateHostKeys=no',
    'GlobalKnownHostsFile=none',
    `UserKnownHostsFile=${knownHosts}`,
    // A machine that is switched off, or hangs, in the middle of a command.
    'ServerAliveInterval=5',
    'ServerAliveCountMax=6',
    `ProxyCommand=nc.openbsd -N -U ${socket(node)}`,
  ]
  return [
    ...['ssh', '-F', 'none', terminal ? '-tt' : '-T', '-i', identity],
    ...options.flatMap(option => ['-o', option]),
    ...[`root@${node}`, argv.map(shellQuote).join(' ')],
  ]
}
