import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import { LANGS } from '../core/text.ts'
import explain from './explain.schema.json' with { type: 'json' }
import { jsonReport, jsonTeller } from './json.ts'
import schema from './report.schema.json' with { type: 'json' }
import { all, followed, hostile, mixed } from './sample.test-data.ts'

const validate = new Ajv2020({ strict: true, strictTypes: false }).compile(schema)
const problems = (report: unknown) => (validate(report) ? [] : validate.errors)

describe('jsonReport', () => {
  it.each(LANGS)('is what the schema says, in %s', lang => {
    for (const closing of [
      mixed(lang),
      all(lang, 'holds'),
      all(lang, 'unknown'),
      all(lang, 'bug'),
      hostile(lang),
      followed(lang),
    ])
      expect(problems(jsonReport(closing))).toEqual([])
  })

  it('marks a verdict from a recording, and shows the path of a packet that did not arrive', () => {
    const report = jsonReport(followed('en'))
    expect(report.recorded).toEqual({ takenAt: '2026-11-22T21:17:00.000Z' })
    expect(report.stages[0]!.claims[0]!.hops?.[2]).toEqual({
      id: 'acl',
      node: 'hypervisor',
      kind: 'bridge',
      title: 'br-int, logical switch ls0, from port ls0-ns2 to the localnet port ls0-localnet',
      verdict: 'broken',
      saw: 'an ACL drops what ls0-ns2 sends: from-lport, priority 1000, inport == "ls0-ns2" && ip4',
      where: 'controller · OVN_Northbound · ACL · match',
      row: 'ACL 62850693',
      try: 'sudo ovn-nbctl acl-list ls0   # on controller',
      heardMs: null,
    })
  })

  it('describes hops and recordings as the schema of a path does', () => {
    for (const shared of ['words', 'recorded', 'hops', 'hop'] as const)
      expect(schema.$defs[shared]).toEqual(explain.$defs[shared])
  })

  it('names every verdict with all it has to say', () => {
    expect(jsonReport(mixed('en'))).toMatchInlineSnapshot(`
      {
        "durationMs": 2313,
        "firstBrokenLink": {
          "claim": "localnet",
          "saw": "switch ls0 has the ports ls0-ns1 and ls0-ns2; none of them is of type localnet",
          "where": "controller · OVN_Northbound · Logical_Switch_Port · type",
        },
        "lab": "embedded",
        "lang": "en",
        "lesson": "day-06",
        "maxPoints": 17,
        "points": 3,
        "schema": 1,
        "stages": [
          {
            "claims": [
              {
                "durationMs": 12,
                "expected": null,
                "hint": null,
                "id": "ns1",
                "maxPoints": 1,
                "points": 1,
                "saw": null,
                "title": "Namespace ns1 on controller has 192.168.10.100/24",
                "try": null,
                "verdict": "holds",
                "where": null,
              },
            ],
            "id": "namespaces",
            "title": "Two namespaces",
          },
          {
            "claims": [
              {
                "durationMs": 12,
                "expected": null,
                "hint": null,
                "id": "ports",
                "maxPoints": 2,
                "points": 2,
                "saw": null,
                "title": "The logical switch has a port for each namespace",
                "try": null,
                "verdict": "holds",
                "where": null,
              },
              {
                "durationMs": 2005,
                "expected": "one port of type localnet on the switch that holds ns1 and ns2, with network_name in its options",
                "hint": "The type and the network_name belong to the port, not to the switch.",
                "id": "localnet",
                "maxPoints": 2,
                "points": 0,
                "saw": "switch ls0 has the ports ls0-ns1 and ls0-ns2; none of them is of type localnet",
                "title": "The logical switch has a localnet port that names a physical network",
                "try": "npm run lab exec controller -- ovn-nbctl --columns=name,type,options find Logical_Switch_Port type=localnet",
                "verdict": "fails",
                "where": "controller · OVN_Northbound · Logical_Switch_Port · type",
              },
              {
                "durationMs": 0,
                "expected": null,
                "hint": null,
                "id": "patch",
                "maxPoints": 2,
                "points": 0,
                "saw": "The logical switch has a localnet port that names a physical network",
                "title": "ovn-controller joined br-int and the mapped bridge with a pair of patch ports, each the other’s peer, on both nodes",
                "try": null,
                "verdict": "waits",
                "where": null,
              },
            ],
            "id": "localnet",
            "title": "From the logical switch to the physical network",
          },
          {
            "claims": [
              {
                "durationMs": 1500,
                "expected": null,
                "hint": null,
                "id": "plain",
                "maxPoints": 10,
                "points": 0,
                "saw": "The capture on eth2 of hypervisor heard nothing, not even our own marker ping.",
                "title": "The ping is seen plain on eth2",
                "try": "npm run lab exec hypervisor -- ip link show eth2",
                "verdict": "unknown",
                "where": "hypervisor · eth2",
              },
              {
                "bug": "TypeError: rows is not iterable
          at proof (lessons/day-06/check.ts:20:5)",
                "durationMs": 3,
                "expected": null,
                "hint": null,
                "id": "tunnel",
                "maxPoints": 0,
                "points": 0,
                "saw": "This is a bug in the checker itself; it says nothing about your work.",
                "title": "No Geneve packet carries the ping on eth1",
                "try": null,
                "verdict": "unknown",
                "where": null,
              },
            ],
            "id": "wire",
            "title": "What the wire carries",
          },
        ],
        "verdict": "fails",
      }
    `)
  })

  it('is in the language of the check', () => {
    expect(jsonReport(mixed('zh-TW')).stages[1]?.claims[1]).toMatchInlineSnapshot(`
      {
        "durationMs": 2005,
        "expected": "ns1 和 ns2 所在的 switch 上有一個 type 為 localnet 的 port，而且 options 裡有 network_name",
        "hint": "type 和 network_name 屬於 port，不屬於 switch。",
        "id": "localnet",
        "maxPoints": 2,
        "points": 0,
        "saw": "switch ls0 上有 ls0-ns1 和 ls0-ns2 兩個 port，沒有任何一個的 type 是 localnet",
        "title": "logical switch 上有一個 localnet port，並指定了實體網路的名稱",
        "try": "npm run lab exec controller -- ovn-nbctl --columns=name,type,options find Logical_Switch_Port type=localnet",
        "verdict": "fails",
        "where": "controller · OVN_Northbound · Logical_Switch_Port · type",
      }
    `)
  })

  it('carries nothing harmful and no endless value', () => {
    const [claim] = jsonReport(hostile('en', 'x'.repeat(10_000_000))).stages[0]?.claims ?? []
    expect(claim?.try).toMatchInlineSnapshot(
      `"red ]]> </failure> &amp; NUL  �half 😀 網路 gnp.exe ::error::fake | cell | ![x](http://x)"`,
    )
    expect(claim?.saw).toMatch(/x… \(9998088 more characters left out\)$/)
  })
})

describe('jsonTeller', () => {
  it('writes the report and a line end', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'json-'))
    try {
      await jsonTeller(join(folder, 'report.json')).closing(mixed('en'))
      const written = readFileSync(join(folder, 'report.json'), 'utf8')
      expect(JSON.parse(written)).toEqual(jsonReport(mixed('en')))
      expect(written.endsWith('}\n')).toBe(true)
    } finally {
      rmSync(folder, { recursive: true })
    }
  })
})
