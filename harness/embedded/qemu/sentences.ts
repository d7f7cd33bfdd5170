import { text } from '../../core/text.ts'

/** Who runs the instructions of virtual machines, for who waits for them. */
export const ACCELERATED = {
  kvm: text('They use hardware virtualization (KVM).', '使用硬體虛擬化（KVM）。'),
  tcg: text(
    'They are emulated in software, because KVM does not work here: everything takes several times as long.',
    '這裡無法使用 KVM，因此以軟體模擬：每件事都要花好幾倍的時間。',
  ),
}
