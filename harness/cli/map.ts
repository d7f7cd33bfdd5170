import type { Command } from 'commander'
import { type LabChoice, labFlags, langFlag, lessonsFlag } from './flags.ts'

/** The flags of `map`. */
export interface MapFlags extends LabChoice {
  svg?: string | false
  json?: string
}

/** `map [lesson]`: tells what is really there as a list, and draws it. */
export function addMapCommand(program: Command): void {
  lessonsFlag(labFlags(program.command('map')))
    .description('show what is really there: as a list here, and as a drawing in an SVG file')
    .argument('[lesson]', 'also outline what this lesson still misses, and mark where its claims fail')
    .option('--svg <file>', 'where to draw it (default: map.svg, or map-LESSON.svg)')
    .option('--no-svg', 'draw nothing')
    .option('--json <file>', 'also write the map as data')
    .option('--replay <file>', 'use what was saved with check --record instead of machines')
    .addOption(langFlag())
    .action(async (lessonId: string | undefined, flags: MapFlags) => {
      const { runMap } = await import('./run-map.ts')
      await runMap(lessonId, flags)
    })
}
