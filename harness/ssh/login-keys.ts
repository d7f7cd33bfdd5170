import { readFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { AnyAuthMethod, ParsedKey } from 'ssh2'
import { CannotLook } from '../core/errors.ts'
import { text } from '../core/text.ts'
import type { NodeAddress } from '../inventory/inventory.ts'
import { shellQuote } from './root-shell.ts'

/** The ways to log in, in the order to try them, and what each is called in a sentence. */
export interface LoginKeys {
  methods: AnyAuthMethod[]
  tried: string[]
}

type KeyFile =
  | { kind: 'usable'; key: ParsedKey }
  | { kind: 'encrypted' | 'missing' | 'unreadable' | 'malformed'; detail: string }

/** The files OpenSSH looks for as well, in its order of preference that we can use (ssh(1), -i). */
const USUAL_FILES = ['id_ed25519', 'id_ecdsa', 'id_rsa']

/**
 * With an identity file: that key alone, or the agent where the file is encrypted. Without: the agent, then
 * the usual files. Throws CannotLook when there is nothing to log in with.
 */
export async function loginKeys(node: string, address: NodeAddress): Promise<LoginKeys> {
  const agent = process.env.SSH_AUTH_SOCK
  if (address.identityFile !== undefined) return fromIdentityFile(node, address, address.identityFile, agent)

  const found: LoginKeys = { methods: [], tried: [] }
  if (agent) add(found, { type: 'agent', username: address.user, agent }, 'ssh-agent')
  let encrypted: string | undefined
  for (const name of USUAL_FILES) {
    const file = join(homedir(), '.ssh', name)
    const read = await readKeyFile(file)
    if (read.kind === 'usable') add(found, { type: 'publickey', username: address.user, key: read.key }, file)
    if (read.kind === 'encrypted') encrypted ??= file
  }
  if (found.methods.length > 0) return found
  if (encrypted !== undefined) throw encryptedKey(node, encrypted)
  throw new CannotLook(
    text(
      `${node}: there is no key to log in with: no ssh-agent is running here, and there is no ${USUAL_FILES.join(', ')} in ~/.ssh`,
      `${node}：沒有可以登入的金鑰：這裡沒有執行 ssh-agent，~/.ssh 裡也沒有 ${USUAL_FILES.join('、')}`,
    ),
    {
      where: node,
      help: `ssh-keygen -t ed25519 && ssh-copy-id -p ${address.port} ${address.user}@${address.host}`,
    },
  )
}

async function fromIdentityFile(
  node: string,
  address: NodeAddress,
  file: string,
  agent: string | undefined,
): Promise<LoginKeys> {
  const username = address.user
  const read = await readKeyFile(file)
  if (read.kind === 'usable')
    return { methods: [{ type: 'publickey', username, key: read.key }], tried: [file] }
  if (read.kind === 'encrypted') {
    if (!agent) throw encryptedKey(node, file)
    return { methods: [{ type: 'agent', username, agent }], tried: [`ssh-agent (${file} is encrypted)`] }
  }
  const mayNot = text(`this user may not read ${file}`, `這個使用者無權讀取 ${file}`)
  const why = {
    missing: text(`there is no file ${file}`, `沒有 ${file} 這個檔案`),
    unreadable:
      read.detail === 'EACCES'
        ? mayNot
        : text(`${file} cannot be read (${read.detail})`, `無法讀取 ${file}（${read.detail}）`),
    malformed: text(
      `${file} is not a private key (${read.detail})`,
      `${file} 不是私密金鑰（${read.detail}）`,
    ),
  }[read.kind]
  throw new CannotLook(
    text(`${node}: the login key cannot be used: ${why.en}`, `${node}：登入用的金鑰不能用：${why['zh-TW']}`),
    { where: node, help: `ls -l ${shellQuote(file)}` },
  )
}

const add = (to: LoginKeys, method: AnyAuthMethod, name: string): void => {
  to.methods.push(method)
  to.tried.push(name)
}

const encryptedKey = (node: string, file: string): CannotLook =>
  new CannotLook(
    text(
      `${node}: the key ${file} is encrypted with a passphrase, so ssh-agent has to hold it`,
      `${node}：金鑰 ${file} 以密語（passphrase）加密，請交給 ssh-agent 保管`,
    ),
    { where: node, help: `eval "$(ssh-agent)" && ssh-add ${shellQuote(file)}` },
  )

async function readKeyFile(file: string): Promise<KeyFile> {
  let content: Buffer
  try {
    content = await readFile(file)
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    return { kind: code === 'ENOENT' ? 'missing' : 'unreadable', detail: code }
  }
  const { utils } = (await import('ssh2')).default
  const parsed: unknown = utils.parseKey(content)
  // The declared type leaves out that several keys come as a list.
  const key = Array.isArray(parsed) ? parsed[0] : parsed
  if (key instanceof Error) {
    // ssh2 gives these errors no code; PKCS#8 says it in its own first line (RFC 7468 §11).
    const isEncrypted = /encrypted/i.test(key.message) || content.includes('BEGIN ENCRYPTED PRIVATE KEY')
    return { kind: isEncrypted ? 'encrypted' : 'malformed', detail: key.message }
  }
  return (key as ParsedKey).isPrivateKey()
    ? { kind: 'usable', key: key as ParsedKey }
    : { kind: 'malformed', detail: 'public key' }
}
