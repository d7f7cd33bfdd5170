import { chooseDatapath } from './datapath.ts'
import { endProcesses } from './processes.ts'
import { chooseAccelerator } from './qemu/accelerator.ts'
import { imageFiles } from './qemu/image.ts'
import { backToUntouched, keepUntouched } from './qemu/snapshot.ts'
import { startVirtualMachine } from './qemu/start-virtual-machine.ts'
import { sowSeed } from './seed.ts'
import type { Say } from './sentences.ts'
import { startContainer } from './start.ts'
import { type LabState, nodesOf, type ProviderName } from './state.ts'
import { together } from './together.ts'

/** What is done differently for each kind of node; everything else of a lab is the same. */
export interface Provider {
  /** What will forward the packets, and who will run the instructions. */
  choose(image: string, say: Say, signal: AbortSignal): Promise<Pick<LabState, 'datapath' | 'accelerator'>>
  /** Switches a node on; it is not ready yet when this resolves. */
  startNode(lab: string, node: string, state: LabState, disk: 'fresh' | 'keep'): Promise<void>
  /** Called once, when a new lab is ready. */
  keepUntouched(lab: string): Promise<void>
  /** Brings all nodes back to what they were then; they may not be ready yet when this resolves. */
  backToUntouched(lab: string, state: LabState): Promise<void>
}

/** Each kind of node there is. */
export const PROVIDERS: Record<ProviderName, Provider> = {
  embedded: {
    choose: async (_image, say) => ({ datapath: await chooseDatapath(say) }),
    startNode: startContainer,
    // A fresh container is made as fast as an old one would be brought back.
    keepUntouched: async () => {},
    async backToUntouched(lab, state) {
      await together(
        nodesOf(lab).map(async node => {
          await together([endProcesses(lab, node), sowSeed(lab, node, state)])
          await startContainer(lab, node, state, 'fresh')
        }),
      )
    },
  },
  qemu: {
    // The image has a kernel of its own, with the module.
    choose: async (image, _say, signal) => ({
      datapath: 'kernel',
      accelerator: await chooseAccelerator(imageFiles(image).kernel, signal),
    }),
    startNode: startVirtualMachine,
    keepUntouched,
    backToUntouched,
  },
}

/** The kinds of node by name. */
export const PROVIDER_NAMES = Object.keys(PROVIDERS) as ProviderName[]
