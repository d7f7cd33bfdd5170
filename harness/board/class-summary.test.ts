import { describe, expect, it } from 'vitest'
import { exampleClass } from './class.test-data.ts'
import { classSummaryMarkdown } from './class-summary.ts'
import { hostileClass } from './hostile.test-data.ts'

describe('the summary of a class in Markdown', () => {
  it('has the headcount, the mistakes and a row for each student', () => {
    expect(classSummaryMarkdown(exampleClass(), 'en')).toMatchInlineSnapshot(`
      "## day-06 · Connect a virtual network to the physical one with a localnet port

      10 students&#58; 7 graded, 3 of them complete · 3 ungraded&#58; 1 not reached, 1 not believed, 1 in part

      ### What to explain again

      - **2 of 10**: ovn-bridge-mappings = "flat0&#58; br-eth2", but eth2 is in br-eth2; there is no bridge " br-eth2" · hypervisor · Open&#95;vSwitch · Open&#95;vSwitch · external&#95;ids&#58;ovn-bridge-mappings
      - **2 of 10**: eth2 is in no bridge · controller · Open&#95;vSwitch · Bridge · ports
      - **2 of 10**: eth2 is in no bridge · hypervisor · Open&#95;vSwitch · Bridge · ports
      - **1 of 10**: no namespace ns1; namespaces here&#58; none · controller · netns ns1
      - **1 of 10**: veth-ns1-br is in no bridge · controller · Open&#95;vSwitch · Bridge · ports
      - **1 of 10**: no namespace ns2; namespaces here&#58; none · hypervisor · netns ns2
      - **1 of 10**: veth-ns2-br is in no bridge · hypervisor · Open&#95;vSwitch · Bridge · ports

      | Student | Verdict | Points | First broken link | Remarks |
      | --- | --- | --- | --- | --- |
      | Student One | ✔ holds | 100/100 |  |  |
      | Student Two | ✔ holds | 100/100 |  | same machine as Student Six; the programs of hypervisor could not be examined |
      | 陳小明 | ✘ fails | 34/100 | controller · Open&#95;vSwitch · Bridge · ports |  |
      | Student Four | ✘ fails | 69/100 | hypervisor · Open&#95;vSwitch · Open&#95;vSwitch · external&#95;ids&#58;ovn-bridge-mappings | attempt 2 of 3 |
      | Student Five | ? unknown | ungraded |  | These machines are not believed&#58; the counters of eth2 on hypervisor did not move while a ping was seen there |
      | Student Six | ✔ holds | 90/100 |  | same machine as Student Two; late&#58; 10 points deducted; lateness counts from 2026-11-25 09&#58;00 UTC, when it could not be inspected |
      | Student Seven | ? unknown | ungraded |  |  |
      | Student Eight | ? unknown | ungraded |  | Not reached&#58; ssh&#58; connect to 203.0.113.8 port 22&#58; no route to host |
      | Student Nine | ✘ fails | 0/100 | controller · netns ns1 |  |
      | Student Ten | ✘ fails | 69/100 | hypervisor · Open&#95;vSwitch · Open&#95;vSwitch · external&#95;ids&#58;ovn-bridge-mappings |  |

      "
    `)
  })

  it('is in the language asked for', () => {
    const zh = classSummaryMarkdown(exampleClass(), 'zh-TW')
    expect(zh).toContain('10 位學生&#58; 7'.replace('&#58; ', '：'))
    expect(zh).toContain('### 需要再講解的地方')
  })

  it('takes nothing a machine said for markup, and nothing for a row', () => {
    const hostile = classSummaryMarkdown(hostileClass(), 'en')
    expect(hostile).not.toMatch(/<(?!br>)/)
    expect(hostile.split('\n').filter(line => line.startsWith('| '))).toHaveLength(2 + 4)
    expect(hostile.length).toBeLessThan(6_000)
  })
})
