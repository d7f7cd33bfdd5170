import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { validateXML } from 'xmllint-wasm'
import { checkout } from '../../core/checkout.ts'
import { noLabReason } from '../real-lab.ts'
import {
  type Checked,
  type HostileLab,
  hostileLab,
  idsOf,
  inFolder,
  ovnLab,
  reasonsOf,
  whole,
} from './hostile-lab.ts'

/** Everything that could move a cursor, set a title, end a document, or hide: C0 but tab and line feed, DEL, C1. */
const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/

/** A terminal's title set, red, the screen cleared, an early end of CDATA, a fake result. */
const ATTACK = '\u001b]0;pwned\u0007\u001b[31mred\u001b[2J\u009b1m]]></failure><x/>'
/** The same in JSON, safe between a shell's single quotes. */
const ATTACK_JSON = JSON.stringify(ATTACK).slice(1, -1).replaceAll('\u009b', '\\u009b')
/** What a value of a database shows of it: each control written out. */
const HARMLESS = '\\u001b]0;pwned\\u0007\\u001b[31mred\\u001b[2J\\u009b1m]]></failure><x/>'

describe.skipIf(noLabReason !== '')(`nodes that answer with more than words${noLabReason}`, () => {
  let lab: HostileLab

  /** Checks with every report there is; none of them may carry anything but words. */
  const toldEverywhere = (): Promise<Checked> =>
    inFolder(async folder => {
      const junit = join(folder, 'report.xml')
      const told = await lab.told(['--junit', junit])
      const xml = await readFile(junit, 'utf8')
      const schema = await readFile(join(checkout, 'harness/tell/junit.xsd'), 'utf8')
      expect(told.stdout).not.toMatch(CONTROLS)
      expect(told.stderr).toBe('')
      expect(told.json).not.toMatch(CONTROLS)
      // As text it may stand there, its backslash escaped; as an escape of JSON's it may not.
      expect(told.json).not.toMatch(/(?<!\\)(?:\\\\)*\\u00[01]/)
      expect(xml).not.toMatch(CONTROLS)
      const valid = await validateXML({
        xml: { fileName: 'report.xml', contents: xml },
        schema: { fileName: 'junit.xsd', contents: schema },
      })
      expect(valid.errors).toEqual([])
      expect(xml.match(/<testcase /g)).toHaveLength(told.claims.size)
      for (const report of [told.stdout, told.json, xml]) expect(report.length).toBeLessThan(100_000)
      return told
    })

  beforeAll(async () => {
    lab = await hostileLab('hostile-words')
  })
  afterAll(() => lab?.down())

  it('an iface-id of escapes: the sentence writes them out', async () => {
    const told = await lab.broken(
      'controller',
      { damage: setIfaceId(`"${ATTACK_JSON}"`), mend: setIfaceId('"ls0-ns1"') },
      toldEverywhere,
    )
    expect(told.code).toBe(1)
    expect(idsOf(told, 'fails')).toEqual(['iface-ns1'])
    expect(told.claims.get('iface-ns1')?.saw).toBe(`veth-ns1-br @ br-int, iface-id "${HARMLESS}"`)
  })

  it('an iface-id of 10 MB: cut, and said how much was left out', async () => {
    const told = await lab.broken(
      'controller',
      { damage: setIfaceId(`"${ATTACK_JSON}" . "y" x 10_000_000`), mend: setIfaceId('"ls0-ns1"') },
      toldEverywhere,
    )
    expect(told.code).toBe(1)
    const saw = told.claims.get('iface-ns1')?.saw ?? ''
    expect(saw).toContain(`veth-ns1-br @ br-int, iface-id "${HARMLESS}yyy`)
    expect(saw).toMatch(/y+… \(\d{7} more characters left out\)$/)
    expect((await whole(lab)).code).toBe(0)
  })

  it('a namespace whose name is escapes and a line break', async () => {
    await lab.undo()
    try {
      const evil = "$(printf '\\033[31mevil\\033[0m]]>\\n? unknown')"
      const told = await lab.broken(
        'hypervisor',
        { damage: `ip netns add "${evil}"`, mend: `ip netns del "${evil}"` },
        toldEverywhere,
      )
      expect(told.code).toBe(1)
      expect(told.claims.get('ns2-address')?.saw).toBe(
        'no namespace ns2; namespaces here: evil]]>\n? unknown',
      )
    } finally {
      await lab.solveAll()
    }
    expect((await whole(lab)).code).toBe(0)
  })

  it('a command of the solution that ends with escapes: said without them', async () => {
    const { code, stderr } = await lab.broken(
      'controller',
      {
        damage: fake('ovs-vsctl', `printf '\\033]0;pwned\\007\\033[31mno\\033[2J' >&2; exit 1`),
        mend: 'rm /usr/local/sbin/ovs-vsctl',
      },
      () => ovnLab(['solve', lab.lesson.id, '--lang', 'en', '--lab', lab.name]),
    )
    expect(code).toBe(2)
    expect(stderr).not.toMatch(CONTROLS)
    expect(stderr).toMatch(/^on controller, "assign-iface-to-ovn-lsp ls0 ns1" ended with exit code \d: .*no/)
  })

  it('an ip that prints NUL, escapes and no JSON: unknown', async () => {
    const told = await lab.broken(
      'controller',
      inPlaceOf('ip', `printf '[{"ifname":"\\000\\033[31m]]>'`),
      toldEverywhere,
    )
    expect(told.code).toBe(2)
    expect(reasonsOf(told)).toContain(
      'controller does not list its interfaces as ip -j does, or its processes as /proc does',
    )
  })

  it('an ip that prints 50 MB on one line: unknown, and stopped', async () => {
    const told = await lab.broken(
      'controller',
      inPlaceOf('ip', "head -c 50000000 /dev/zero | tr '\\000' x"),
      toldEverywhere,
    )
    expect(told.code).toBe(2)
    expect(told.claims.get('ns1-address')?.saw).toMatch(
      /^controller: a command printed \d+ bytes and more, over the limit of 8388608 bytes, and was stopped$/,
    )
    expect((await whole(lab)).code).toBe(0)
  })
})

/** Writes an iface-id past the command line's limit: `words` is Perl for the inside of a JSON string. */
const setIfaceId = (words: string): string => {
  const perl = `use IO::Socket::UNIX;
my $s = IO::Socket::UNIX->new(Peer => "/var/run/openvswitch/db.sock") or die;
my $id = ${words.replaceAll('\\', '\\\\')};
print $s qq({"id":1,"method":"transact","params":["Open_vSwitch",{"op":"mutate","table":"Interface","where":[["name","==","veth-ns1-br"]],"mutations":[["external_ids","delete",["set",["iface-id"]]],["external_ids","insert",["map",[["iface-id","$id"]]]]]}]});
$s->flush; sysread $s, my $answer, 65536; $answer =~ /"count":1/ or die $answer;`
  return `perl -e '${perl}'`
}

/** Puts a script of ours before the real program, which sudo's path allows. */
const fake = (program: string, line: string) =>
  `cat >/usr/local/sbin/${program} <<'END'\n#!/bin/sh\n${line}\nEND\nchmod +x /usr/local/sbin/${program}`

/** The same for a program of the system, which a check asks before those in /usr/local. */
function inPlaceOf(program: string, line: string): { damage: string; mend: string } {
  const own = `"$(readlink -f "$(command -v ${program})")"`
  return {
    damage: `cat >/run/fake-${program} <<'END'\n#!/bin/sh\n${line}\nEND\nchmod +x /run/fake-${program}\nmount --bind /run/fake-${program} ${own}`,
    mend: `umount ${own}; rm /run/fake-${program}`,
  }
}
