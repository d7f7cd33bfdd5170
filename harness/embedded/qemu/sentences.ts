import { text } from '../../say/text.ts'

/** Who runs the instructions of virtual machines, for who waits for them. */
export const ACCELERATED = {
  kvm: text('The processor runs them (KVM).', '由處理器直接執行（KVM）。'),
  tcg: text(
    'They are emulated in software, as KVM does not work here: everything takes several times as long.',
    '這裡無法使用 KVM，因此以軟體模擬：每件事都要花好幾倍的時間。',
  ),
}
