/** A capture or a ping that could not be made; the plain form of CannotLook, so that it can be recorded. */
export interface Blind {
  reason: { en: string; 'zh-TW': string }
  where?: string
  help?: string
}
