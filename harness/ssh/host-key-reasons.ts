import { CannotLook } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { hostAndPort, keyscanCommand, sshCommandLine } from './address.ts'
import { shellQuote } from './root-shell.ts'

/** The key a server shows. */
export interface ShownKey {
  type: string
  /** `SHA256:…` */
  fingerprint: string
}

/** Where the key stands that a server should have. */
export interface KeyPlace {
  name: Text
  /** The command that forgets it, where it is in a file of known_hosts' form. */
  forget?: string
  /** A fingerprint that does not say of which of the server's keys it is. */
  isOfAnyType?: boolean
}

const keyWords = ({ type, fingerprint }: ShownKey): string => `${type} ${fingerprint}`

/** A server that showed another key than the known one. */
export function changedHostKey(
  node: string,
  address: NodeAddress,
  shown: ShownKey,
  { name, forget, isOfAnyType = false }: KeyPlace,
): CannotLook {
  const key = keyWords(shown)
  const see = keyscanCommand(address)
  const reason = text(
    `${node}: the host key of ${hostAndPort(address)} has changed: it shows ${key}, which is not the one in ${name.en}. Either the machine was rebuilt, or another machine answers in its place`,
    `${node}：${hostAndPort(address)} 的主機金鑰變了：它出示的是 ${key}，不是${name['zh-TW']}裡記的那一把。可能是機器重建過，也可能是別的機器冒用它的位址`,
  )
  const otherType = text(
    ', or the fingerprint is that of a key of another type, which has to stand in front of it (`ecdsa-sha2-nistp256 SHA256:…`)',
    '；或者指紋屬於另一種類型的金鑰，這時要在前面寫上類型（`ecdsa-sha2-nistp256 SHA256:…`）',
  )
  return new CannotLook(
    isOfAnyType ? text(reason.en + otherType.en, reason['zh-TW'] + otherType['zh-TW']) : reason,
    {
      where: node,
      help:
        [see && `${see} | ssh-keygen -lf -`, forget].filter(Boolean).join('   # then: ') ||
        sshCommandLine(address, ['-v']),
    },
  )
}

/** A server whose key is in no file we know. */
export function unknownHostKey(
  node: string,
  address: NodeAddress,
  shown: ShownKey,
  file: string,
): CannotLook {
  const key = keyWords(shown)
  const scan = keyscanCommand(address)
  return new CannotLook(
    text(
      `${node}: the host key of ${hostAndPort(address)} is unknown: it shows ${key}, and ${file} has no such key for it`,
      `${node}：不認得 ${hostAndPort(address)} 的主機金鑰：它出示 ${key}，而 ${file} 裡沒有記這把金鑰`,
    ),
    { where: node, help: scan ? `${scan} >> ${shellQuote(file)}` : sshCommandLine(address) },
  )
}

/** A server whose key is pinned nowhere, where it has to be. `file`: where it can be. */
export const unpinnedHostKey = (
  node: string,
  address: NodeAddress,
  shown: ShownKey,
  file: string,
): CannotLook =>
  new CannotLook(
    text(
      `${node}: host keys are required (--strict-host-keys), and ${hostAndPort(address)} has none: it shows ${keyWords(shown)}. If the machine itself says the same, write hostKey: "${keyWords(shown)}" beside its host in ${file}`,
      `${node}：要求事先釘選主機金鑰（--strict-host-keys），但 ${hostAndPort(address)} 沒有釘選：它出示 ${keyWords(shown)}。如果在那台機器上看到的也是這一把，請在 ${file} 裡它的 host 旁邊寫上 hostKey: "${keyWords(shown)}"`,
    ),
    {
      where: node,
      help: 'cat /etc/ssh/ssh_host_*_key.pub | ssh-keygen -lf -   # on the machine itself',
    },
  )

/** A server that showed a key marked @revoked. */
export const revokedHostKey = (node: string, address: NodeAddress, shown: ShownKey): CannotLook =>
  new CannotLook(
    text(
      `${node}: the host key ${shown.fingerprint} that ${hostAndPort(address)} shows is marked as revoked in known_hosts`,
      `${node}：${hostAndPort(address)} 出示的主機金鑰 ${shown.fingerprint} 在 known_hosts 裡標為已撤銷（revoked）`,
    ),
    { where: node, help: sshCommandLine(address, ['-v']) },
  )
