import type { Lab } from '../../harness/look/lab.ts'

/** An option of all of OVN (ovn-nb(5), NB_Global, options). */
export async function globalOption(lab: Lab, key: string): Promise<string | undefined> {
  const [global] = (await lab.tables('OVN_Northbound')).NB_Global ?? []
  return ((global?.options ?? {}) as Record<string, string>)[key]
}
