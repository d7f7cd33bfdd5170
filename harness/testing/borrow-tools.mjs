import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** What unit tests use of Debian, a file that shows it is there, and its package. */
const TOOLS = {
  '/usr/sbin/sshd': 'openssh-server',
  '/usr/bin/ssh-agent': 'openssh-client',
  '/usr/bin/sudo': 'sudo',
  '/usr/sbin/ovsdb-server': 'openvswitch-switch',
  '/usr/share/ovn/ovn-sb.ovsschema': 'ovn-central',
  '/usr/bin/tcpdump': 'tcpdump',
  '/usr/bin/ping': 'iputils-ping',
  '/usr/sbin/ip': 'iproute2',
  '/usr/bin/socat': 'socat',
  '/usr/bin/nc.openbsd': 'netcat-openbsd',
  '/usr/bin/shellcheck': 'shellcheck',
  '/usr/bin/tcsh': 'tcsh',
  '/usr/bin/chromium': 'chromium',
  [postgres()]: 'postgresql',
}
/** The server of any release: where it lies has the release's number in it, and its package needs none. */
function postgres(releases = '/usr/lib/postgresql') {
  const found = existsSync(releases) ? readdirSync(releases) : []
  return (
    found.map(name => `${releases}/${name}/bin/postgres`).find(existsSync) ?? `${releases}/N/bin/postgres`
  )
}
/** Where some packages put the same file. */
const ELSEWHERE = {
  '/usr/bin/tcpdump': '/usr/sbin/tcpdump',
  '/usr/bin/nc.openbsd': '/bin/nc.openbsd',
  '/usr/bin/ping': '/bin/ping',
  '/usr/sbin/ip': '/usr/bin/ip',
}
const CACHE = '/var/cache/ovn-lab'

const isThere = file => existsSync(file) || existsSync(ELSEWHERE[file] ?? '')

/**
 * Unpacks the Debian packages that unit tests need and this machine lacks into a folder of our own: installing
 * them would start an sshd and an Open vSwitch on somebody's computer. Returns the folder; undefined when nothing
 * is missing, or when it cannot be had (then the tests concerned are skipped by name, with the reason).
 */
export function borrowTools() {
  const missing = Object.keys(TOOLS).filter(file => !isThere(file))
  if (missing.length === 0 || process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined
  const packages = missing.map(file => TOOLS[file])
  const folder = join(CACHE, `test-tools-${packages.join('+')}`)
  if (existsSync(folder)) return folder
  console.log(`Unpacking for the tests, without installing: ${packages.join(', ')}.`)
  const unfinished = join(CACHE, `test-tools-unfinished-${process.pid}`)
  try {
    const archives = join(unfinished, 'archives')
    mkdirSync(join(archives, 'partial'), { recursive: true })
    if (!download(packages, archives)) return undefined
    for (const name of readdirSync(archives).filter(name => name.endsWith('.deb')))
      run('dpkg-deb', ['-x', join(archives, name), unfinished])
    rmSync(archives, { recursive: true })
    // Old packages still ship /bin, /sbin and /lib, which are links into /usr on the machine itself.
    for (const name of ['bin', 'sbin', 'lib'])
      if (existsSync(join(unfinished, name)))
        run('cp', ['-a', join(unfinished, name), join(unfinished, 'usr')])
    renameSync(unfinished, folder)
    return folder
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
}

/** Who borrowed programs give their privileges up to: the installation of their packages would have made them. */
const USERS = { sshd: 60999, tcpdump: 60998 }

/**
 * Where the files lie that stand in front of the machine's own /etc while tests use borrowed tools: its users, and those
 * that the tools want. Made anew for each run.
 */
export function usersFor(borrowed) {
  const folder = join(borrowed, 'users')
  mkdirSync(folder, { recursive: true })
  for (const [file, line] of [
    ['passwd', (name, id) => `${name}:x:${id}:${id}::/nonexistent:/usr/sbin/nologin\n`],
    ['group', (name, id) => `${name}:x:${id}:\n`],
  ]) {
    const own = readFileSync(`/etc/${file}`, 'utf8')
    const missing = Object.entries(USERS).filter(([name]) => !new RegExp(`^${name}:`, 'm').test(own))
    writeFileSync(join(folder, file), own + missing.map(([name, id]) => line(name, id)).join(''))
  }
  return folder
}

/** The packages with all they need that is not installed. */
function download(packages, archives) {
  const args = [
    'install',
    '--download-only',
    '--no-install-recommends',
    '-y',
    '-o',
    `Dir::Cache::archives=${archives}`,
  ]
  const again = () => run('apt-get', [...args, ...packages])
  return again() || (run('apt-get', ['update']) && again())
}

/** True when the program ended well; its output is of no interest to whoever runs tests. */
const run = (program, args) =>
  spawnSync(program, args, { stdio: ['ignore', 'ignore', 'inherit'] }).status === 0
