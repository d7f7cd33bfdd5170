import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { checkout } from '../core/checkout.ts'

/** The name of the lab of virtual machines. There is one in a checkout, as there is one Vagrantfile. */
export const VAGRANT_LAB = 'vagrant'

/** Where Vagrant keeps what it knows of the machines of this checkout. */
export const dotVagrant = (): string => process.env.VAGRANT_DOTFILE_PATH ?? join(checkout, '.vagrant')

/** What we keep beside it: gone with the machines. */
export const ownFolder = (): string => join(dotVagrant(), 'ovn-lab')

/** There while the learner's choice is these machines. */
const choiceFile = () => join(ownFolder(), 'chosen')

/** Whether commands that name no lab mean the virtual machines. */
export const isChosen = (): boolean => existsSync(choiceFile())

/** Keeps the learner's choice until `lab down` or `lab up --provider embedded`. */
export function choose(): void {
  mkdirSync(dirname(choiceFile()), { recursive: true })
  writeFileSync(choiceFile(), 'npm run lab up -- --provider vagrant\n')
}

/** Commands that name no lab mean the embedded one again. */
export const unchoose = (): void => rmSync(choiceFile(), { force: true })
