import { text } from '../core/text.ts'
import { removeImages } from './image.ts'
import { lockLab } from './lock.ts'
import { checkLabName } from './names.ts'
import { asRootOf } from './own-root.ts'
import { hasOwnImages, placesOf } from './places.ts'
import { isRoot } from './privilege.ts'
import type { Say } from './sentences.ts'
import { isThereAnything, tearDown } from './tear-down.ts'

/** Takes a lab away, whatever state it is in: nothing of it stays but the cached image; with `images` not even that. */
export async function down(lab: string, say: Say, { images } = { images: false }): Promise<void> {
  checkLabName(lab)
  if (!isThereAnything(lab) && !images) return nothingToRemove(lab, say)
  if (!isRoot())
    return asRootOf(lab, ['lab', 'down', '--lab', lab, ...(images ? ['--images'] : [])], {
      own: images && hasOwnImages(),
    })
  if (isThereAnything(lab)) {
    await using _lab = await lockLab(lab, say)
    await tearDown(lab)
    say(text(`Lab "${lab}" is removed.`, `實驗環境「${lab}」已移除。`))
  } else nothingToRemove(lab, say)
  if (images) await removeImages(say)
  else
    say(
      text(
        `The image of the nodes stays in ${placesOf(lab).cache} (lab down --images removes it).`,
        `節點的映像檔仍保留在 ${placesOf(lab).cache}（可用 lab down --images 移除）。`,
      ),
    )
}

const nothingToRemove = (lab: string, say: Say) =>
  say(
    text(
      `Lab "${lab}" is not up; there is nothing to remove.`,
      `實驗環境「${lab}」沒有啟動，沒有東西需要移除。`,
    ),
  )
