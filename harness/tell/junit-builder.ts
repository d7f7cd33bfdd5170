import type { Builder } from 'junit-report-builder'

/** Loading the library takes longer than a whole look at a machine, so only those who want a report pay for it. */
export async function loadBuilder(): Promise<Builder> {
  const { default: builder } = await import('junit-report-builder')
  // Its types are written for `exports.default`; the module itself exports the builder.
  return builder as unknown as Builder
}

/**
 * Stands for `]]>` in a body until the report is built: the library splits only the first one of a CDATA section, and
 * a second would end it. Cleaned text never holds this non-character.
 */
const CDATA_END = '\ufdd0'
/** A text for the body of a failure or an error, harmless in the finished report. */
export const cdata = (text: string) => text.replaceAll(']]>', CDATA_END)
/** Schemas of the format allow three decimals. */
export const seconds = (ms: number) => Math.round(ms) / 1000
/** UTC without a zone, as the strict schemas of the format want it. */
export const timestamp = (at: Date) => at.toISOString().slice(0, 19)

/** The finished report, valid against the common schemas of the format. */
export function xmlOf(report: Builder): string {
  // The builder counts the skipped on the root too, where schemas of the format do not know the attribute.
  const xml = report.build().replace(/(<testsuites(?:\s+[\w:-]+="[^"]*")*?)\s+skipped="\d+"/, '$1')
  return `${xml.replaceAll(CDATA_END, ']]]]><![CDATA[>')}\n`
}
