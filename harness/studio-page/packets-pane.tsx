import { useEffect } from 'preact/hooks'
import type { Packet } from '../packets/packet.ts'
import { tell, useStudio } from './store.ts'
import { SAY, WORDS } from './words.ts'

/** What the captures of the last probe heard, as one list over all nodes; each packet can be opened. */
export function PacketsPane() {
  const { packets: said, lang, connection } = useStudio()
  useEffect(() => tell({ do: 'packets' }), [connection])
  const packets = said?.packets ?? []
  return (
    <>
      <div class="probe">
        <button type="button" onClick={() => tell({ do: 'packets' })}>
          {WORDS.lastProbe[lang]}
        </button>
        {packets.length > 0 && (
          <a href="/save/packets.pcapng" download="packets.pcapng">
            {WORDS.savePackets[lang]}
          </a>
        )}
        {said && said.more + said.notKept > 0 && (
          <p class="muted">{SAY.listed(packets.length, said.more, said.notKept)[lang]}</p>
        )}
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <ol class="list packets" tabIndex={0}>
        {packets.length === 0 && <li class="muted">{WORDS.noPackets[lang]}</li>}
        {packets.map((packet, index) => (
          <PacketItem packet={packet} key={`${index}-${packet.atMs}-${packet.hex.slice(0, 40)}`} />
        ))}
      </ol>
    </>
  )
}

function PacketItem({ packet }: { packet: Packet }) {
  const { lang } = useStudio()
  const { atMs, node, netns, link, words, vni, bytes, layers, hex } = packet
  return (
    <li>
      <details>
        <summary>
          <span class="at">{atMs.toFixed(2)} ms</span>
          <span class="place">{[node, netns, link].filter(Boolean).join(' · ')}</span>
          <span class={vni === undefined ? 'plain' : 'wrapped'}>
            {vni === undefined ? WORDS.plain[lang] : `Geneve, VNI ${vni}`}
          </span>
          <span class="what">{words}</span>
        </summary>
        <dl class="layers">
          {layers.map(({ name, fields }, index) => (
            <div key={`${index}-${name}`}>
              <dt>{name}</dt>
              <dd>{fields.map(field => `${field.name} ${field.value}`).join(' · ')}</dd>
            </div>
          ))}
        </dl>
        <p class="muted">{SAY.bytes(bytes)[lang]}</p>
        <pre>{(hex.match(/.{1,32}/g) ?? []).map(row => row.replace(/(..)/g, '$1 ')).join('\n')}</pre>
      </details>
    </li>
  )
}
