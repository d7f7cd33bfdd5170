import type { ProofReport, ProofTeller } from '../prove/report.ts'
import { htmlProof } from '../prove/tell-html.ts'
import { jsonProof } from '../prove/tell-json.ts'
import { junitProof } from '../prove/tell-junit.ts'
import { proofTerminal } from '../prove/tell-terminal.ts'
import { asJson, assertWritable } from '../tell/report-file.ts'
import { standardOutput } from '../tell/screen.ts'
import { fileTeller } from '../tell/teller.ts'
import type { ProveFlags } from './flags.ts'

/** Everyone who is to be told of proofs, by the flags of the call; as those of a check (tellers.ts). */
export async function proofTellersFor(flags: ProveFlags): Promise<ProofTeller[]> {
  const { json, junit, html, lang } = flags
  await assertWritable(json, junit, html)
  const reports: [string | undefined, (report: ProofReport) => string | Promise<string>][] = [
    [json, report => asJson(jsonProof(report, lang))],
    [junit, report => junitProof(report, lang, new Date())],
    [html, report => htmlProof(report, lang)],
  ]
  return [
    proofTerminal(standardOutput(flags, 100)),
    ...reports.flatMap(([file, render]) => (file === undefined ? [] : [fileTeller(file, render)])),
  ]
}
