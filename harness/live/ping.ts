import { CannotLook } from '../judge/errors.ts'
import type { PingFrom, PingSeen } from '../look/evidence.ts'
import { text } from '../say/text.ts'
import type { Machine } from '../ssh/machine.ts'
import { patient } from '../ssh/patience.ts'
import { shellQuote } from '../ssh/root-shell.ts'

/** One ping to make: where from, where to, and the token it carries. */
export interface PingPlan {
  from: PingFrom
  to: string
  token: string
}

/** Replies wanted; more than one, so that a first packet spent on ARP or on a flow being set up does not decide. */
const ECHOES = 3
const INTERVAL_SECONDS = 0.05
/** ping gives up this long after it started. */
const LIFE_SECONDS = 2
/** 56 bytes hold the pattern three times and a half; the timestamp destroys only the first. */
const PAYLOAD_BYTES = 56
/** Twice its life: a ping that ended early with errors is made once more. */
const DEADLINE_MS = 2 * LIFE_SECONDS * 1000 + 3_000
const NO_PING = 69

const commandOf = ({ from: { netns }, to, token }: PingPlan, echoes: number, lifeSeconds: number): string => {
  const inside = netns === undefined ? '' : `ip netns exec ${shellQuote(netns)} `
  return `${inside}ping -n -q -c ${echoes} -i ${INTERVAL_SECONDS} -w ${lifeSeconds} -p ${token} -s ${PAYLOAD_BYTES} ${shellQuote(to)}`
}

/**
 * Every line of output bears the number of its ping, so that pings that run at once can be told apart.
 *
 * A neighbour asked for while the path was broken stays INCOMPLETE for three seconds (arp(7), mcast_solicit), and
 * what is sent meanwhile then comes back as errors; ping counts each as an end and stops before its time is over.
 * That tells of the past: such a ping is made once more, and the kernel asks anew.
 */
const script = (
  plans: PingPlan[],
  echoes: number,
  lifeSeconds: number,
) => `command -v ping >/dev/null || exit ${NO_PING}
say() { "$@" 2>&1 </dev/null; }
probe() {
  said=$(say "$@")
  case $said in *' 0 received, +'*) said=$(say "$@") ;; esac
  printf '%s\\n' "$said"
}
${plans.map((plan, at) => `probe ${commandOf(plan, echoes, lifeSeconds)} | sed 's/^/${at} /' &`).join('\n')}
wait`

/**
 * Makes pings that all start on one node, all at once, and tells what each came to, in the order given.
 * Rejects with CannotLook when none could be made at all (ping is missing, the node is gone).
 */
export async function pingFrom(machine: Machine, plans: PingPlan[], echoes = ECHOES): Promise<PingSeen[]> {
  const { node } = machine
  const lifeSeconds = Math.ceil(patient(LIFE_SECONDS, machine))
  const ran = await machine.run(script(plans, echoes, lifeSeconds), {
    deadlineMs: DEADLINE_MS,
    maxBytes: 2 ** 20,
  })
  if (ran.code === NO_PING)
    throw new CannotLook(text(`${node} has no ping`, `${node} 上沒有安裝 ping`), {
      where: node,
      help: `sudo apt install iputils-ping   # on ${node}`,
    })
  const lines = ran.stdout.toString().split('\n')
  return plans.map((plan, at) => {
    const own = lines.filter(line => line.startsWith(`${at} `)).map(line => line.slice(`${at} `.length))
    return { ...plan, ...resultFrom(own) }
  })
}

const COMPLAINT_MAX = 200

/** Reads ping's own summary (ping(8)); where there is none, what it said last is its complaint. */
export function resultFrom(lines: string[]): Pick<PingSeen, 'sent' | 'received' | 'complaint'> {
  for (const line of lines) {
    const found = /^(\d{1,9}) packets transmitted, (\d{1,9}) (?:packets )?received\b/.exec(line)
    if (found) return { sent: Number(found[1]), received: Number(found[2]) }
  }
  const last = lines.filter(line => line.trim() !== '').at(-1) ?? 'ping said nothing'
  return { sent: 0, received: 0, complaint: last.replaceAll(/[^\x20-\x7e]/g, '').slice(0, COMPLAINT_MAX) }
}
