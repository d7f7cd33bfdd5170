import { CannotLook } from '../../harness/core/errors.ts'
import { text } from '../../harness/core/text.ts'
import type { CaptureHeard } from '../../harness/look/evidence.ts'

/** A capture that heard nothing proves an absence only when it is known not to have been deaf. */
export function assertNotDeaf({
  node,
  link,
  heardMarker,
  droppedByKernel,
  packetsTotal,
}: CaptureHeard): void {
  const where = `${node} · ${link}`
  const help = `ip -br link show ${link}`
  if (heardMarker === false)
    throw new CannotLook(
      text(
        `the capture on ${link} missed the marker packet sent to it, so an empty capture proves nothing`,
        `在 ${link} 上擷取封包時，沒有收到用來確認的標記封包，所以「沒看到」並不能證明什麼`,
      ),
      { where, help },
    )
  if (droppedByKernel > 0)
    throw new CannotLook(
      text(
        `the capture on ${link} lost ${droppedByKernel} packets (dropped by kernel)`,
        `在 ${link} 上擷取封包時漏掉了 ${droppedByKernel} 個封包（dropped by kernel）`,
      ),
      { where },
    )
  if (heardMarker === undefined && packetsTotal === 0)
    throw new CannotLook(
      text(
        `the capture on ${link} is completely empty, so it may not have worked`,
        `在 ${link} 上完全沒有擷取到封包，無法確定擷取本身是否正常`,
      ),
      { where, help },
    )
}
