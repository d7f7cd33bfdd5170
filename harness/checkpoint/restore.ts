import { BadCall, CannotLook } from '../core/errors.ts'
import { type Text, text } from '../core/text.ts'
import type { Inventory } from '../inventory/inventory.ts'
import { settle } from '../solve/settle.ts'
import { undoWork } from '../solve/undo-work.ts'
import type { Machine } from '../ssh/machine.ts'
import { withNames } from './backup.ts'
import { planOf } from './plan.ts'
import { systemIdOf } from './plan-ovs.ts'
import { quote } from './shell-words.ts'
import type { NodeState } from './state.ts'
import { northboundOf, takeStates } from './take.ts'

/** Links wait for their carrier, and ovs-vsctl for ovs-vswitchd. */
const DEADLINE_MS = 120_000
/** The second time has what is set on links that the first time made, the third what that changed in turn. */
const ROUNDS = 3

type Machines = ReadonlyMap<string, Promise<Machine>>

/** Throws BadCall where one of the machines was not set up by our scripts: nobody knows how it was when it was new. */
export function assertOurs(states: Record<string, NodeState>): void {
  const [strange] = Object.entries(states).find(([, { node }]) => node.NODES === undefined) ?? []
  if (strange === undefined) return
  throw new BadCall(
    text(
      `ovn-lab did not set up ${strange}, and does not know what it was like before: no checkpoint can be restored there.`,
      `${strange} 不是由 ovn-lab 設定的機器，不知道它原本的樣子，因此不能在上面回到存檔點。`,
    ),
  )
}

/** Settings of a node that what was built on it depends on. */
const BUILT_ON = ['DATAPATH', 'CENTRAL', 'UNDERLAY', 'UNDERLAY_LINK', 'PHYSICAL_LINKS']

/** Throws BadCall where the machines are not like those that the state was read from. */
export function assertAlike(saved: Record<string, NodeState>, now: Record<string, NodeState>): void {
  const other = Object.entries(saved).find(([node, state]) =>
    BUILT_ON.some(key => state.node[key] !== now[node]?.node[key]),
  )
  if (!other) return
  const [node, state] = other
  const key = BUILT_ON.find(one => state.node[one] !== now[node]?.node[one])!
  const [was, is] = [state.node[key] ?? '', now[node]?.node[key] ?? '']
  throw new BadCall(
    text(
      `The checkpoint is of other machines: ${key} of ${node} was "${was}" and is "${is}" here.`,
      `存檔點的機器不同：${node} 的 ${key} 當時是「${was}」，這裡是「${is}」。`,
    ),
  )
}

/**
 * Makes the machines untouched, and then what they were. Returns what is not as it was, a command for each thing that would
 * have to be done. CannotLook where a machine could not be asked.
 */
export async function restoreStates(
  saved: Record<string, NodeState>,
  machines: Machines,
  inventory: Pick<Inventory, 'nodes'>,
  central: string,
  say: (line: Text) => void,
): Promise<Text[]> {
  say(text('Resetting the machines …', '正在把機器還原成全新的狀態…'))
  await undoWork(await Promise.all(machines.values()))
  say(text('Recreating what was saved …', '正在重建存下的內容…'))
  const problems = new Map<string, Text>()
  const northbound = Object.entries(saved).find(([, state]) => state.northbound !== undefined)
  if (northbound) {
    const [node, { northbound: content }] = northbound
    const own = withChassisOf(saved, await takeStates(machines, inventory), content!)
    await restoreNorthbound(await machines.get(node)!, northboundOf(inventory.nodes[node]), own)
  }
  for (let round = 1; ; round++) {
    const now = await takeStates(machines, inventory)
    const plans = Object.entries(saved).map(([node, state]) => [node, planOf(state, now[node]!)] as const)
    const left = plans.flatMap(([node, lines]) => lines.map(line => [node, line] as const))
    if (left.length === 0 || round > ROUNDS) {
      await recompute(machines, central)
      return left.map(
        ([node, line]) => problems.get(`${node} ${line}`) ?? text(`${node}: ${line}`, `${node}：${line}`),
      )
    }
    await Promise.all(
      plans.map(async ([node, lines]) => {
        const failed = await runLines(await machines.get(node)!, lines)
        for (const [line, said] of failed)
          problems.set(`${node} ${line}`, text(`${node}: ${line}: ${said}`, `${node}：${line}：${said}`))
      }),
    )
  }
}

/** The northbound database with the chassis of these machines: each lab has system-ids of its own. */
function withChassisOf(
  saved: Record<string, NodeState>,
  now: Record<string, NodeState>,
  northbound: string,
): string {
  const names = Object.entries(saved).flatMap(([node, state]) => {
    const [before, here] = [systemIdOf(state), now[node] && systemIdOf(now[node])]
    return before && here && before !== here ? [[before, here] as const] : []
  })
  return names.length === 0 ? northbound : withNames(northbound, new Map(names))
}

/** Runs each line, whatever becomes of those before it; returns those that failed with what they said. */
async function runLines(machine: Machine, lines: string[]): Promise<Map<string, string>> {
  if (lines.length === 0) return new Map()
  const script = lines
    .map(
      (line, at) => `said=$( { ${line}\n} 2>&1 ) || printf '%s\\t%s\\n' ${at} "$(echo "$said" | tail -n 1)"`,
    )
    .join('\n')
  const { stdout } = await machine.run('exec bash -c "$(cat)" ovn-lab', {
    deadlineMs: DEADLINE_MS,
    input: `${script}\nexit 0\n`,
  })
  const failed = stdout
    .toString()
    .split('\n')
    .map(line => /^(\d+)\t(.*)$/.exec(line))
  return new Map(failed.flatMap(found => (found ? [[lines[Number(found[1])]!, found[2]!] as const] : [])))
}

/** In one transaction of the server; a database of another release of OVN takes what it knows of it (ovsdb-client(1)). */
async function restoreNorthbound(machine: Machine, socket: string, content: string): Promise<void> {
  const restore = (force: string) =>
    `ovsdb-client ${force} restore ${quote(`unix:${socket}`)} OVN_Northbound < "$file"`
  const { code, stderr } = await machine.run(
    `file=$(mktemp) && trap 'rm -f "$file"' EXIT && cat > "$file" && { ${restore('')} 2>/dev/null || ${restore('--force')}; }`,
    { deadlineMs: DEADLINE_MS, input: content },
  )
  if (code === 0) return
  const said = stderr.trim().split('\n').at(-1)
  throw new CannotLook(
    text(
      `the northbound database could not be restored on ${machine.node}: ${said}`,
      `無法在 ${machine.node} 上重建 northbound 資料庫：${said}`,
    ),
    { where: machine.node },
  )
}

/** Everything came at once, which is not how OVN is used to it: all of it is computed anew (ovn-northd(8)). */
async function recompute(machines: Machines, central: string): Promise<void> {
  const anew = (daemon: string) => `timeout 20 ovn-appctl -t ${daemon} inc-engine/recompute 2>/dev/null || :`
  const run = async (node: string, daemon: string) =>
    (await machines.get(node)!).run(anew(daemon), { deadlineMs: DEADLINE_MS })
  await run(central, 'ovn-northd')
  await Promise.all([...machines.keys()].map(node => run(node, 'ovn-controller')))
  await settle(machines, central).catch((problem: unknown) => {
    // A daemon that was stopped when this was saved is stopped again.
    if (!(problem instanceof CannotLook)) throw problem
  })
}
