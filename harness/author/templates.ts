import { basename, dirname, join, relative, sep } from 'node:path'
import { checkout, isElsewhere } from '../core/checkout.ts'

/** What a new lesson in this folder consists of, by file: little enough to be thrown away, complete enough to run. */
export const templates = (id: string, folder: string): Record<string, string> => ({
  'lesson.yaml': under('lesson/lesson', folder) + MANIFEST,
  'check.ts': isElsewhere(folder) ? CHECK.replace('../../checks', 'ovn-lab/checks') : CHECK,
  'solution.yaml': under('lesson/solution', folder) + SOLUTION,
  'solutions/plain.yaml': under('lesson/solution', join(folder, 'solutions')) + FURTHER,
  'faults/namespaces.yaml': under('prove/trials', join(folder, 'faults')) + FAULTS,
  'variations/harmless.yaml': under('prove/trials', join(folder, 'variations')) + VARIATIONS,
  'lies/networks.yaml': under('prove/trials', join(folder, 'lies')) + LIES,
  'README.md': readme(id, folder, {
    title: `Day ${id.slice(-2)}: what this lesson is about`,
    truths: 'What will be true',
    stage: 'Create a namespace',
    claim: 'Namespace ns1 on controller has 192.168.10.100/24 on an interface that is up',
    say: 'On controller:',
    undo: 'To clean up, and what that runs:',
  }),
  'README.zh-TW.md': readme(id, folder, {
    title: `Day ${id.slice(-2)}：這一課的主題`,
    truths: '完成後應該成立的項目',
    stage: '建立 namespace',
    claim: 'controller 上的 namespace ns1 有位址 192.168.10.100/24，而且該介面已啟用',
    say: '在 controller 上：',
    undo: '清除，以及它執行的指令：',
  }),
})

/** The way from a folder to a file of ours, as editors on every system read it. */
const wayTo = (file: string, folder: string) => relative(folder, join(checkout, file)).replaceAll(sep, '/')

/** The line that names a file's schema. */
const under = (schema: string, folder: string) =>
  `# yaml-language-server: $schema=${wayTo(`harness/${schema}.schema.json`, folder)}\n\n`

/** Where an editor finds what lessons in a folder outside the course import as ovn-lab. */
export const editorSettings = (lessons: string): string =>
  `${JSON.stringify(
    {
      extends: wayTo('tsconfig.json', lessons),
      compilerOptions: {
        ...{ module: 'preserve', moduleResolution: 'bundler' },
        paths: { 'ovn-lab/*': [`${wayTo('', lessons)}/*`] },
        typeRoots: [wayTo('node_modules/@types', lessons)],
      },
      include: ['.'],
    },
    undefined,
    2,
  )}\n`

/** Each may be run twice: solving a solved lab changes nothing. */
const COMMANDS = [
  '[ -e /run/netns/ns1 ] || ip netns add ns1',
  '[ -e /sys/class/net/veth-ns1-br ] || ip link add veth-ns1-br type veth peer name eth0 netns ns1',
  'ip -n ns1 address replace 192.168.10.100/24 dev eth0',
  'ip -n ns1 link set eth0 up',
]
const UNDO = [
  '[ ! -e /sys/class/net/veth-ns1-br ] || ip link del veth-ns1-br',
  '[ ! -e /run/netns/ns1 ] || ip netns del ns1',
]

const indented = (lines: string[], columns: number) =>
  lines.map(line => ' '.repeat(columns) + line).join('\n')

const MANIFEST = `title:
  en: What this lesson is about
  zh-TW: 這一課的主題
summary:
  en: One sentence that says what the student builds.
  zh-TW: 用一句話說明學生會建立什麼。
minutes: 30

stages:
  - id: namespaces
    title:
      en: Create a namespace
      zh-TW: 建立 namespace
    claims:
      - id: ns1-address
        title:
          en: Namespace ns1 on controller has 192.168.10.100/24 on an interface that is up
          zh-TW: controller 上的 namespace ns1 有位址 192.168.10.100/24，而且該介面已啟用
        points: 100
        after: []
        hints:
          - en: A direction first.
            zh-TW: 先給方向。
          - en: Then the place to look at.
            zh-TW: 再指出要看的地方。
          - en: "Last the command: ip -n ns1 address replace 192.168.10.100/24 dev eth0"
            zh-TW: 最後才是指令：ip -n ns1 address replace 192.168.10.100/24 dev eth0
`

const CHECK = `import { type Endpoint, hasAddress, type Proofs } from '../../checks/index.ts'

const ns1: Endpoint = { node: 'controller', netns: 'ns1', address: '192.168.10.100', prefixLength: 24 }

export default {
  'ns1-address': lab => hasAddress(lab, ns1),
} satisfies Proofs
`

const SOLUTION = `stages:
  namespaces:
    - on: controller
      run: |
${indented(COMMANDS, 8)}

undo:
  - on: controller
    run: |
      [ ! -e /sys/class/net/veth-ns1-br ] || ip link del veth-ns1-br
      [ ! -e /run/netns/ns1 ] || ip netns del ns1
`

const FURTHER = `# The same under other names: the checks may depend on none that the learner can choose.
stages:
  namespaces:
    - on: controller
      run: |
        [ -e /run/netns/ns1 ] || ip netns add ns1
        [ -e /sys/class/net/guest1-out ] || ip link add guest1-out type veth peer name guest1 netns ns1
        ip -n ns1 address replace 192.168.10.100/24 dev guest1
        ip -n ns1 link set guest1 up

undo:
  - on: controller
    run: |
      [ ! -e /sys/class/net/guest1-out ] || ip link del guest1-out
      [ ! -e /run/netns/ns1 ] || ip netns del ns1
`

const FAULTS = `faults:
  - id: wrong-mask
    mistake:
      en: Gave ns1 its address with the length /32.
      zh-TW: 設定 ns1 的位址時，長度寫成 /32。
    do:
      - on: controller
        run: |
          ip -n ns1 address add 192.168.10.100/32 dev eth0
          ip -n ns1 address del 192.168.10.100/24 dev eth0
    repair:
      - on: controller
        run: |
          ip -n ns1 address add 192.168.10.100/24 dev eth0
          ip -n ns1 address del 192.168.10.100/32 dev eth0
    # Exactly these fail; what comes after them waits. where: what the check names as the first broken link.
    fails: [ns1-address]
    where: controller · netns ns1
`

const VARIATIONS = `variations:
  - id: second-address
    variation:
      en: ns1 has a second address as well.
      zh-TW: ns1 另外還有一個位址。
    do:
      - on: controller
        run: ip -n ns1 address add 192.0.2.1/24 dev eth0
    repair:
      - on: controller
        run: ip -n ns1 address del 192.0.2.1/24 dev eth0
`

const LIES = `lies:
  - id: address-on-loopback
    lie:
      en: The address is on the loopback interface, which leads nowhere.
      zh-TW: 位址設在 loopback 上，哪裡都不通。
    do:
      - on: controller
        run: |
          ip -n ns1 address del 192.168.10.100/24 dev eth0
          ip -n ns1 address add 192.168.10.100/24 dev lo
    repair:
      - on: controller
        run: |
          ip -n ns1 address del 192.168.10.100/24 dev lo
          ip -n ns1 address add 192.168.10.100/24 dev eth0
    mustNotHold: [ns1-address]
`

/** What npm takes as it stands, and what needs the dashes. */
const npm = (command: string, id: string, folder: string, more = '') => {
  // Who reads it has these lessons somewhere else than their author.
  const flags = (isElsewhere(folder) ? ` --lessons path/to/${basename(dirname(folder))}` : '') + more
  return `npm run ${command} ${flags === '' ? id : `-- ${id}${flags}`}`
}

const readme = (
  id: string,
  folder: string,
  words: { title: string; truths: string; stage: string; claim: string; say: string; undo: string },
) => `# ${words.title}

${words.say}

\`\`\`bash controller
${COMMANDS.join('\n')}
\`\`\`

\`\`\`bash
${npm('check', id, folder, ' --stage namespaces')}
\`\`\`

${words.undo}

\`\`\`bash
${npm('undo', id, folder)}
\`\`\`

\`\`\`bash shown
${UNDO.join('\n')}
\`\`\`

## ${words.truths}

### ${words.stage}

- ${words.claim}
`
