import type { LabKind } from '../inventory/lab-kind.ts'
import { isChosen, unchoose, VAGRANT_LAB } from '../vagrant/choice.ts'

/** What `lab up --provider` can be told. */
export const PROVIDERS = ['embedded', 'qemu', VAGRANT_LAB]

/** The words of a call that say which kind of lab is meant. */
interface Meant {
  lab?: string | undefined
  provider?: string | undefined
}

/** True when a call means the machines of the Vagrantfile: it says so, or says nothing and the learner once did. */
export const meansVagrant = ({ lab, provider }: Meant): boolean =>
  provider === undefined ? lab === VAGRANT_LAB || (lab === undefined && isChosen()) : provider === VAGRANT_LAB

/** The kind of lab a call means. `up --provider embedded` takes a choice of the virtual machines back. */
export async function kindMeant(meant: Meant): Promise<LabKind> {
  if (meant.provider !== undefined && !meansVagrant(meant)) unchoose()
  if (meansVagrant(meant)) return (await import('../vagrant/index.ts')).vagrantLab
  const { labOf, PROVIDER_NAMES } = await import('../embedded/index.ts')
  return labOf(PROVIDER_NAMES.find(name => name === meant.provider))
}
