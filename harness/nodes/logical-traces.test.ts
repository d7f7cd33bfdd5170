import { execFileSync } from 'node:child_process'
import { expect, it } from 'vitest'
import { logicalTraceScript, logicalTracesFrom } from './logical-traces.ts'

const MARK = 'mark'
const HEAD = '# icmp,reg14=0x1,dl_src=02:00:00:00:00:01\n'

const PACKET = { datapath: 'ls 0', flow: 'inport == "a port" && icmp4' }
/** What the script prints where ovn-trace prints its own words, and answers to connections in these states. */
const printedBy = (states: string, more: { isEstablished?: true } = {}) =>
  execFileSync(
    'sh',
    [
      '-c',
      `trace() { echo "# $*"; case $* in ${states}) echo 'output("ls0-ns2");' ;; esac; }
${logicalTraceScript([{ ...PACKET, ...more }], 'trace', MARK)}`,
    ],
    { encoding: 'utf8' },
  )

it('asks with the packet as it is, and again as one of a known connection where the first of one is dropped', () => {
  expect(printedBy('*=new*').match(/^# .*ls 0 inport == "a port" && icmp4$/gm)).toHaveLength(1)
  for (const states of ['*=new*', '*=est*'])
    expect(logicalTracesFrom(printedBy(states), MARK, 1)).toEqual([{ outputs: ['ls0-ns2'], given: [] }])
  expect(logicalTracesFrom(printedBy('none'), MARK, 1)).toEqual([{ outputs: [], given: [] }])
})

it('asks of an answer once, as one', () => {
  expect(printedBy('none', { isEstablished: true }).match(/^# .*--ct=est,rpl /gm)).toHaveLength(1)
})

it('knows nothing where there is no ovn-trace', () => {
  const script = logicalTraceScript([PACKET], 'no-such-program', MARK)
  const printed = execFileSync('sh', ['-c', script], { encoding: 'utf8' })
  expect(logicalTracesFrom(printed, MARK, 1)).toEqual([{}])
})

it('tells where packets come out, where they are dropped, and where nobody said', () => {
  const printed = [
    `${HEAD}${HEAD}ct_next(ct_state=est|trk);\noutput("ls0-ns2");\n`,
    `${HEAD}${HEAD}`,
    `${MARK} failed\n${MARK} failed\n`,
    `${HEAD}${MARK} failed\n`,
  ].join(`${MARK} end\n`)
  expect(logicalTracesFrom(printed, MARK, 5)).toEqual([
    { outputs: ['ls0-ns2'], given: [] },
    { outputs: [], given: [] },
    {},
    {},
    {},
  ])
})

it('tells which addresses a packet is given, but not where OVN would ask for a MAC address first', () => {
  const printed = [
    `${HEAD}ct_dnat(ip4.dst=192.168.100.100) {\n    ip4.src = 192.168.10.40;\n    output("ls0-ns1");\n};\n`,
    `${HEAD}arp {\n    output("ls1-localnet");\n};\n`,
  ].join(`${MARK} end\n`)
  expect(logicalTracesFrom(printed, MARK, 2)).toEqual([
    { outputs: ['ls0-ns1'], given: ['192.168.100.100', '192.168.10.40'] },
    { outputs: ['ls1-localnet'] },
  ])
})

it('tells whose MAC address OVN would ask for, and what becomes of the packet where a release goes on', () => {
  const question = 'arp {\n    arp.tpa = 0xc0a80a01;\n    output("ls1-localnet");\n};\n'
  const printed = [
    `${HEAD}${question}`,
    `${HEAD}${question}ct_snat(ip4.src=192.168.10.30) {\n    output("ls1-localnet");\n};\n`,
  ].join(`${MARK} end\n`)
  expect(logicalTracesFrom(printed, MARK, 2)).toEqual([
    { outputs: ['ls1-localnet'], asksFor: '192.168.10.1' },
    { outputs: ['ls1-localnet', 'ls1-localnet'], given: ['192.168.10.30'], asksFor: '192.168.10.1' },
  ])
})

it('tells the rows that a packet meets, where they were asked for', () => {
  const detailed = `${HEAD}
ingress(dp="ls0", inport="ls0-ns1")
-----------------------------------
 0. ls_in_check_port_sec (northd.c:9365): 1, priority 50, uuid 6a54fca2
    next;
27. ls_in_l2_lkup: eth.dst == 02:00:00:00:00:02, priority 50, uuid 0045506a
    output;
`
  const printed = `${HEAD}output("ls0-ns2");\n${MARK} rows\n${detailed}${MARK} end\n`
  expect(logicalTracesFrom(printed, MARK, 1)).toEqual([
    {
      outputs: ['ls0-ns2'],
      given: [],
      rows: [
        { stage: 'ls_in_check_port_sec', match: '1', uuid: '6a54fca2' },
        { stage: 'ls_in_l2_lkup', match: 'eth.dst == 02:00:00:00:00:02', uuid: '0045506a' },
      ],
    },
  ])
  const asked = logicalTraceScript([{ ...PACKET, withRows: true }], 'trace', MARK)
  const said = execFileSync('sh', ['-c', `trace() { echo "# $*"; }\n${asked}`], { encoding: 'utf8' })
  expect(said).toMatch(/^mark rows\n# .*--detailed --ct=new .*ls 0 .*\nmark end$/m)
})
