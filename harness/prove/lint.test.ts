import { describe, expect, it } from 'vitest'
import { same, type Text, text } from '../core/text.ts'
import { elsewhere, helperNames, textsOf, untranslated, worth } from './lint.ts'
import { givenAway, hintsOf, uneven } from './lint-hints.ts'
import { lintReadme } from './lint-readme.ts'
import { claims, fault, lesson, variation } from './sample.test-data.ts'

const titles = ['given', 'switch', 'mapping', 'ping', 'wire'].map(id => `- Title of ${id}`)
const README = `# Day 99

Type it, with \`make-switch\` or \`make-switch ls1\`:

\`\`\`bash
make-switch ls0
ovs-vsctl show
\`\`\`

\`\`\`text
make-switch: done
\`\`\`

Then \`npm run check day-99 -- --stage only\`.

\`\`\`bash
npm run check day-99
npm run undo day-99
\`\`\`

## What will be true

### The only stage

${titles.join('\n')}

## Clean up
`

const lint = (words: string, more = {}) =>
  lintReadme(words, {
    file: 'README.md',
    lang: 'en',
    lesson,
    helpers: ['make-switch'],
    shown: ['make-switch ls0'],
    used: ['make-switch ls0'],
    ...more,
  }).map(({ en }) => en)

describe('the text of a lesson', () => {
  it('has nothing against it when it says what the manifest and the solution say', () => {
    expect(lint(README)).toEqual([])
  })

  it('says where to type while something goes on in the shell of that node', () => {
    const text = (how: string, then = '') =>
      README.replace(
        '## What will be true',
        `Let it run${how}:\n\n\`\`\`bash n1 ongoing\nping ns2\n\`\`\`\n\n${then}\n\n\`\`\`bash n2\ntcpdump\n\`\`\`\n\n\`\`\`bash n1\ncurl ns2\n\`\`\`\n\n## What will be true`,
      )
    const busy =
      'README.md: "curl ns2" is typed on n1 while "ping ns2" keeps that shell busy: say in which terminal'
    expect(lint(text(''))).toEqual([busy])
    expect(lint(text('', 'Wait a while.'))).toEqual([busy])
    expect(lint(text(' in another terminal'))).toEqual([])
    expect(lint(text('', 'Stop the ping.'))).toEqual([])
  })

  it('may not promise a claim that does not exist, nor leave one out', () => {
    expect(lint(README.replace('Title of ping', 'Title of pong'))).toEqual([
      'README.md: "What will be true" has the line "- Title of pong", which is no claim or stage of day-99',
      'README.md: "What will be true" lacks 1 line:\n- Title of ping',
    ])
  })

  it('has a command that checks and one that undoes, on the reader’s own computer', () => {
    const without = README.replace('npm run check day-99\nnpm run undo', 'npm run explain')
    expect(lint(without)).toEqual([
      "README.md: no block of the reader's own computer has npm run check",
      "README.md: no block of the reader's own computer has npm run undo",
    ])
  })

  it('lists a stage as a heading', () => {
    expect(lint(README.replace('### The only stage', '- The only stage'))).toEqual([
      'README.md: "What will be true" has the line "- The only stage", which is no claim or stage of day-99',
      'README.md: "What will be true" lacks 1 line:\n### The only stage',
    ])
  })

  it('lists them in the order of the lesson', () => {
    const turned = README.replace(titles.join('\n'), [...titles].reverse().join('\n'))
    expect(lint(turned)).toEqual(['README.md: lists the claims in another order than lesson.yaml'])
  })

  it('must have the list', () => {
    expect(lint(README.replace('## What', '## Whatever'))).toEqual([
      `README.md: has no section "What will be true", which would be:\n## What will be true\n### The only stage\n${titles.join('\n')}`,
    ])
  })

  it('may not name a stage that does not exist', () => {
    expect(lint(README.replace('--stage only', '--stage onyl'))).toEqual([
      'README.md: names the stage "onyl", which does not exist',
    ])
  })

  it('may not name a claim by an id that is nearly one', () => {
    const stages = [
      {
        ...lesson.stages[0]!,
        claims: [{ ...lesson.stages[0]!.claims[0]!, id: 'bound-ns1', title: text('T', 'T') }],
      },
    ]
    const words =
      '`bound-ns3`, but `iface-id`, `br-eth2` and `bound-ns1` may be named\n## What will be true\n### The only stage\n- T\n```bash\nnpm run check x\nnpm run undo x\n```\n'
    expect(lint(words, { lesson: { ...lesson, stages }, shown: [] })).toEqual([
      'README.md: names the claim "bound-ns3", which does not exist; did you mean "bound-ns1"?',
    ])
  })

  it('shows every command of the solution', () => {
    expect(lint(README, { shown: ['make-switch ls0', 'make-port p0'] })).toEqual([
      'README.md: does not show 1 command of the solution or of its undo:\nmake-port p0',
    ])
  })

  it('shows no command of the helper that no solution uses', () => {
    expect(lint(README.replace('make-switch ls0', 'make-switch ls7'), { shown: [] })).toEqual([
      'README.md: shows a command that no solution uses: make-switch ls7',
    ])
  })
})

describe('a translation', () => {
  const told = (words: Text | undefined) => untranslated([['claim a · title', words]]).map(({ en }) => en)

  it('is one when it differs and is Chinese', () => expect(told(text('Look', '看'))).toEqual([]))

  it('is none when it is the same, when it is not Chinese, or when it is missing', () => {
    expect(told(text('Look', 'Look'))).toEqual(['claim a · title: is not translated: Look'])
    expect(told(text('Look', 'Look!'))).toEqual(['claim a · title: is not translated: Look!'])
    expect(told(text('Look', ''))).toEqual(['claim a · title: has no text in zh-TW'])
    expect(told(undefined)).toEqual(['claim a · title: has no text in zh-TW, en'])
  })
})

describe('hints', () => {
  const reacting = (en: string) => {
    const reactions = { 'veth-down': [text(en, '中文'), text('Type make-switch ls0', '輸入指令')] }
    return { ...lesson, stages: [{ ...lesson.stages[0]!, claims: [{ ...claims[0]!, reactions }] }] }
  }

  it('that react have to be translated like all others', () => {
    const summary = text('A summary', '摘要')
    const told = untranslated(textsOf({ ...reacting(''), summary } as typeof lesson, []))
    expect(told.map(({ en }) => en)).toEqual(['claim given · veth-down · hint 1: has no text in en'])
  })

  it('and what is said of faults, variations and lies', () => {
    const why = text('Only there', 'Only there')
    const trials = [
      { ...fault('x', ['ping']), onlyOn: { datapath: 'kernel' as const, why } },
      variation('y', { remark: why, mayBeUnknown: why }),
    ]
    const told = untranslated(textsOf(lesson, trials)).map(({ en }) => en.split(':')[0])
    expect(told.slice(-3)).toEqual([
      'faults x · onlyOn',
      'variations y · remark',
      'variations y · mayBeUnknown',
    ])
  })

  it.each([
    ['Type make-switch ls0', 'make-switch ls0'],
    ['Type make-port of this switch', 'make-port'],
    ['See systemctl restart ovn-central', 'systemctl restart'],
    ['Look at ovn-nbctl lsp-set-type p0 localnet', 'ovn-nbctl lsp-set'],
  ])('may give the answer last, and not before: %s', (hint, answer) => {
    const told = (en: string) => givenAway(hintsOf(reacting(en)), ['make-switch ls0'], ['make-port'])
    expect(told('Look at ip -n ns1 link, ovn-nbctl show and systemctl status ovn-central')).toEqual([])
    expect(told(hint)).toMatchObject([
      { en: `claim given · veth-down · hint 1: gives the answer before the last step: ${answer}` },
    ])
  })

  it('have two steps or three', () => {
    expect(uneven(hintsOf(reacting('Look'))).map(({ en }) => en)).toEqual([
      'claim given: has 1 hint; two or three are needed',
    ])
  })
})

it('the claims of a lesson are worth 100 points, those of extra stages apart', () => {
  const stage = (points: number) => ({
    claims: [{ id: 'a', title: same('A'), points, after: [], hints: [] }],
  })
  const extra = { ...stage(30), extra: true }
  expect(worth([stage(40), stage(60), extra])).toEqual([])
  expect(worth([stage(70), extra]).map(({ en }) => en)).toEqual([
    'lesson.yaml: the claims are worth 70 points together, not 100',
  ])
})

it('a solution has the stages of its lesson, on nodes that there are', () => {
  const steps = [{ on: 'controller', run: 'true' }]
  const named = {
    file: '/x/solution.yaml',
    isReference: true,
    solution: { stages: { only: steps }, undo: steps },
  }
  expect(elsewhere(lesson, named)).toEqual([])
  const stages = { more: [{ on: 'contoller', run: 'true' }], only: steps }
  expect(elsewhere(lesson, { ...named, solution: { stages, undo: [] } }).map(({ en }) => en)).toEqual([
    'solution.yaml: has the stages more, only; the lesson has only',
    'solution.yaml: there is no node contoller',
  ])
})

it('helper functions are those without an underscore', () => {
  expect(helperNames('_need() {\n}\ncreate-ns() {\n  inner() {\n}\n}\nadd-port () {\n')).toEqual([
    'create-ns',
    'add-port',
  ])
})
