import { KeptFrames } from '../capture/kept-frames.ts'
import { BadCall, CannotLook } from '../core/errors.ts'
import type { Trail } from '../core/hop.ts'
import { closingAfterwards } from '../core/interrupt.ts'
import { text } from '../core/text.ts'
import { type Asked, loadExplain } from '../explain/load-explain.ts'
import { Lab } from '../look/lab.ts'
import { oneView } from '../look/one-view.ts'
import { recording, saveRecording } from '../look/recording.ts'
import { svgOf } from '../map/draw.ts'
import { lookAtMap } from '../map/map-of.ts'
import { probeMarks } from '../map/probe.ts'
import { packetLines } from '../packets/lines.ts'
import { packetsOf } from '../packets/packet.ts'
import { pcapngOf } from '../packets/pcapng.ts'
import { trailJson } from '../tell/explain-json.ts'
import { explainTerminal } from '../tell/explain-terminal.ts'
import { asJson, assertWritable, writeReport } from '../tell/report-file.ts'
import { standardOutput } from '../tell/screen.ts'
import { loadTopology } from '../topology/load-topology.ts'
import type { ExplainFlags } from './flags.ts'
import { openLab } from './open-lab.ts'

/** Follows one packet on the lab the flags mean, and tells its path. Resolves with the verdict. */
export async function runExplain(
  { from, to }: Pick<Asked, 'from' | 'to'>,
  flags: ExplainFlags,
): Promise<Trail['verdict']> {
  const { json, record, lang, svg, tcp, packets, pcapng } = flags
  const kept = packets || pcapng !== undefined ? new KeptFrames() : undefined
  if (kept && flags.replay !== undefined) throw new BadCall(NO_PACKETS)
  await assertWritable(json, record, svg, pcapng)
  const lab = await openLab(flags)
  const opening = { lab: lab.name, lang, ...(lab.recorded && { recorded: lab.recorded }) }
  const screen = explainTerminal(standardOutput(flags))
  screen.opening(from, to, opening)
  const looker = recording(lab.looker(kept))
  return closingAfterwards(
    () => looker.close(),
    async signal => {
      const explain = await loadExplain()
      const asked = { from, to, ...(tcp !== undefined && { tcpPort: tcp }) }
      const startedAt = performance.now()
      const trail = await explain(new Lab(oneView(looker)), asked, signal).catch(thrown => {
        if (!(thrown instanceof CannotLook)) throw thrown
        return notSeen(thrown, { from, to }, performance.now() - startedAt)
      })
      screen.closing(trail)
      if (json !== undefined) writeReport(json, asJson(trailJson(trail, opening)))
      if (kept && packets) console.log(packetLines(packetsOf(kept.frames), kept.leftOut, lang).join('\n'))
      if (kept && pcapng !== undefined) writeReport(pcapng, pcapngOf(kept.frames))
      if (svg !== undefined) {
        const map = await lookAtMap(new Lab(oneView(looker)), lab.name, await loadTopology())
        writeReport(svg, svgOf(map, { lang, probe: probeMarks(map, trail.hops) }))
      }
      if (record !== undefined) await saveRecording(record, looker.recorded())
      return trail.verdict
    },
  )
}

const NO_PACKETS = text(
  '--packets and --pcapng need machines: a recording holds what was captured about packets, not the packets themselves.',
  '--packets 和 --pcapng 需要真的機器：錄下的內容只記錄擷取到什麼，沒有封包本身。',
)

/** Nobody could look at what the whole path depends on: the report says so as it would of any other place. */
const notSeen = (
  { reason, where, help }: CannotLook,
  ends: { from: string; to: string },
  durationMs: number,
): Trail => ({
  ...ends,
  verdict: 'unknown',
  hops: [
    {
      id: 'look',
      node: where?.split(' · ')[0] ?? '',
      kind: 'database',
      title: text('had to be inspected first', '必須先查看這裡'),
      verdict: 'unknown',
      saw: reason,
      ...(where !== undefined && { where }),
      ...(help !== undefined && { try: help }),
    },
  ],
  durationMs,
})
