import { type Text, text } from '../../harness/core/text.ts'
import type { ProgramFacts } from '../../harness/look/evidence.ts'

/** The program that answers on each socket, and what sentences call the socket. */
const SERVERS: Record<string, { program: string; title: Text }> = {
  OVN_Northbound: {
    program: 'ovsdb-server',
    title: text('the OVN northbound database', 'OVN northbound 資料庫'),
  },
  OVN_Southbound: {
    program: 'ovsdb-server',
    title: text('the OVN southbound database', 'OVN southbound 資料庫'),
  },
  Open_vSwitch: { program: 'ovsdb-server', title: text('the Open vSwitch database', 'Open vSwitch 資料庫') },
  'ovs-vswitchd': { program: 'ovs-vswitchd', title: text('ovs-vswitchd', 'ovs-vswitchd') },
}

/**
 * What a node answers with that is not what its package says. Where the package manager knows a program under its name,
 * the file must be that; what it does not know, built from source say, is nothing to object to.
 */
export function forgedPrograms(node: string, facts: ProgramFacts): Text[] {
  const { files, servers, preloaded, libraries = [], interpreted } = facts
  const hasPackages = files.some(({ listed }) => listed !== undefined)
  const reasons = [
    ...files.flatMap(({ name, path, package: owner, listed, found, instead }) => {
      if (listed !== undefined && found !== undefined && listed !== found)
        return [
          text(
            `${name} on ${node} (${path}) is not the one of package ${owner}`,
            `${node} 上的 ${name}（${path}）不是套件 ${owner} 的那一個`,
          ),
        ]
      if (!instead) return []
      return [
        text(
          `${name} on ${node} is ${path}, not ${instead.path} of package ${instead.package}`,
          `${node} 上的 ${name} 是 ${path}，不是套件 ${instead.package} 的 ${instead.path}`,
        ),
      ]
    }),
    ...servers.flatMap(({ of, file }) => {
      const { program, title } = SERVERS[of] ?? {}
      const base = file.split('/').at(-1)!
      if (!program || !title || base.startsWith(program)) return []
      return [
        text(
          `what answers for ${title.en} on ${node} is ${file}, and not ${program}`,
          `${node} 上代替${title['zh-TW']}回應的是 ${file}，不是 ${program}`,
        ),
      ]
    }),
    ...preloaded.flatMap(({ file, into, listed, found }) => {
      const isKnown = listed !== undefined && (found === undefined || found === listed)
      if (isKnown || !hasPackages) return []
      const what = into
        ? text(into.split('/').at(-1)!, into.split('/').at(-1)!)
        : text('every program', '每個程式')
      return [
        text(
          `${file} is loaded into ${what.en} on ${node}, and belongs to no package`,
          `${node} 上的 ${what['zh-TW']}都載入了 ${file}，它不屬於任何套件`,
        ),
      ]
    }),
    ...libraries.flatMap(({ into, file, package: owner, listed, found, instead }) => {
      const program = into.split('/').at(-1)!
      if (instead)
        return [
          text(
            `${program} on ${node} loads ${file}, not ${instead.path} of package ${instead.package}`,
            `${node} 上的 ${program} 載入的是 ${file}，不是套件 ${instead.package} 的 ${instead.path}`,
          ),
        ]
      if (listed === undefined || found === undefined || listed === found) return []
      return [
        text(
          `${file}, which ${program} on ${node} loads, is not the one of package ${owner}`,
          `${node} 上的 ${program} 載入的 ${file} 不是套件 ${owner} 的那一個`,
        ),
      ]
    }),
    ...interpreted.map(({ program, interpreter }) =>
      text(
        `${node} does not run ${program} itself: its kernel hands it to ${interpreter} (binfmt_misc)`,
        `${node} 不直接執行 ${program}：核心把它交給 ${interpreter} 執行（binfmt_misc）`,
      ),
    ),
  ]
  return [...new Map(reasons.map(reason => [reason.en, reason])).values()]
}
