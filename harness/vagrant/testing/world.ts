import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkout } from '../../core/checkout.ts'
import { OF_ROOT } from '../../embedded/places.ts'
import { $ } from '../../embedded/shell.ts'

/** What the test needs of the host, and its Debian package. */
const PROGRAMS = {
  vagrant: 'vagrant',
  libvirtd: 'libvirt-daemon-system',
  virsh: 'libvirt-clients',
  dnsmasq: 'dnsmasq-base',
  'qemu-system-x86_64': 'qemu-system-x86',
  'qemu-img': 'qemu-utils',
  mmdebstrap: 'mmdebstrap',
}

/** Why virtual machines by Vagrant cannot be tried here; undefined where they can. */
export async function whyNoVagrant(): Promise<string | undefined> {
  if (process.platform !== 'linux' || process.arch !== 'x64') return 'needs Linux on x86-64'
  if (process.getuid?.() !== 0) return 'needs root'
  const missing: string[] = []
  for (const [program, debianPackage] of Object.entries(PROGRAMS))
    if ((await $({ nothrow: true })`which ${program}`).exitCode !== 0) missing.push(debianPackage)
  const plugins = missing.length > 0 ? '' : (await $({ nothrow: true })`vagrant plugin list`).stdout
  if (missing.length === 0 && !plugins.includes('vagrant-libvirt')) missing.push('vagrant-libvirt')
  return missing.length === 0 ? undefined : `apt-get install ${missing.join(' ')}`
}

export interface Ended {
  code: number
  stdout: string
  stderr: string
}

/** libvirt and Vagrant with nothing of the host's: networks, sockets, boxes and machines are the world's own. */
export interface World {
  folder: string
  /** Runs a program in it, from the checkout, with our settings. */
  run(argv: string[], input?: string): Promise<Ended>
  /** The same for a command line of ours. */
  ovnLab(words: string, input?: string): Promise<Ended>
  end(): Promise<void>
}

/** Starts it; resolves when libvirt answers. */
export async function startWorld(): Promise<World> {
  mkdirSync(OF_ROOT.cache, { recursive: true })
  const folder = mkdtempSync(join(OF_ROOT.cache, 'vagrant-test-'))
  const alone = [
    '--net',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '--propagation',
    'private',
  ]
  // It ends with us, however we end: a test that is killed takes back nothing itself.
  const withUs = ['--pdeathsig', 'KILL', 'unshare', ...alone]
  const world = spawn('setpriv', [...withUs, 'sh', join(import.meta.dirname, 'world.sh'), folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  await new Promise<void>((resolve, reject) => {
    world.once('exit', code => reject(new Error(`libvirt did not start (${code})`)))
    world.stdout.once('data', () => resolve())
  })
  const init = readFileSync(`/proc/${world.pid}/task/${world.pid}/children`, 'utf8').trim()
  const settings = {
    VAGRANT_HOME: join(folder, 'home'),
    VAGRANT_DOTFILE_PATH: join(folder, 'dot'),
    VAGRANT_CHECKPOINT_DISABLE: '1',
    DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent',
    OVN_LAB_BOX: 'ovn-lab-test',
    // A /dev/kvm that opens does not mean that guests boot.
    OVN_LAB_DRIVER: process.env.OVN_LAB_DRIVER ?? 'qemu',
    LC_ALL: 'C',
  }
  const enter = ['nsenter', `--target=${init}`, '--net', '--mount', '--pid', 'env', `--chdir=${checkout}`]
  enter.push(...Object.entries(settings).map(([name, value]) => `${name}=${value}`))
  const run = (argv: string[], input = '') => runToEnd([...enter, ...argv], input)
  return {
    folder,
    run,
    ovnLab: (words, input) =>
      run([process.execPath, join(checkout, 'harness/ovn-lab.mjs'), ...words.split(' ')], input),
    end: () => endWorld(world, folder),
  }
}

async function endWorld(world: ChildProcess, folder: string): Promise<void> {
  if (world.exitCode === null && world.signalCode === null) {
    const ended = new Promise(resolve => world.once('exit', resolve))
    // Its init ends with it, and with that every process, mount and link of the world.
    world.kill('SIGKILL')
    await ended
  }
  rmSync(folder, { recursive: true, force: true })
}

/** What still bears the name of a world's folder: processes, mounts, files. */
export function tracesOfWorld(folder: string): string[] {
  const processes = readdirSync('/proc').filter(name => /^\d+$/.test(name) && Number(name) !== process.pid)
  const named = processes.filter(pid => {
    try {
      return ['cmdline', 'environ', 'mounts'].some(file =>
        readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(folder),
      )
    } catch {
      return false
    }
  })
  return [...named.map(pid => `process ${pid}`), ...(existsSync(folder) ? [folder] : [])]
}

function runToEnd([program = '', ...argv]: string[], input: string): Promise<Ended> {
  const child = spawn(program, argv, { stdio: 'pipe' })
  const ended = { code: -1, stdout: '', stderr: '' }
  child.stdout.on('data', data => {
    ended.stdout += data
  })
  child.stderr.on('data', data => {
    ended.stderr += data
  })
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', code => resolve({ ...ended, code: code ?? -1 }))
  })
}
