import type { PcapRecord } from './pcap.ts'

const PROTOCOLS: Record<number, string> = {
  1: 'ICMP',
  4: 'IP in IP',
  6: 'TCP',
  17: 'UDP',
  47: 'GRE',
  50: 'ESP',
}

/**
 * What kind of frame it is, in a few words of the field's own: `UDP 10.0.0.1 > 10.0.0.2 port 6082`,
 * `GRE 10.0.0.1 > 10.0.0.2`, `EtherType 0x88b5`. For frames that carry what they should not.
 */
export function inWords({ linkType, bytes }: PcapRecord): string {
  let at = linkType === 276 ? 0 : 12
  let etherType = bytes.length >= at + 2 ? bytes.readUInt16BE(at) : 0
  while ((etherType === 0x8100 || etherType === 0x88a8) && bytes.length >= at + 6) {
    at += 4
    etherType = bytes.readUInt16BE(at)
  }
  const ip = bytes.subarray(linkType === 276 ? 20 : at + 2)
  if (etherType !== 0x0800 || ip.length < 20) return `EtherType 0x${etherType.toString(16).padStart(4, '0')}`
  const protocol = ip[9]!
  const hosts = `${ip.subarray(12, 16).join('.')} > ${ip.subarray(16, 20).join('.')}`
  const header = ip.subarray((ip[0]! & 0x0f) * 4)
  const name = PROTOCOLS[protocol] ?? `IP protocol ${protocol}`
  // A later piece has no header of its own behind that of IP (RFC 791): what stands there is data.
  if ((ip.readUInt16BE(6) & 0x1fff) > 0) return `${name} ${hosts}, a later piece`
  // Who wants no samples refuses them by a message that quotes what it got (RFC 792).
  if (protocol === 1 && header[0] === 3 && isSample(header.subarray(8 + 20 + 8))) return `${SAMPLE} ${hosts}`
  if (protocol === 1 && header.length >= 2) return `ICMP type ${header[0]} code ${header[1]} ${hosts}`
  if (protocol === 17 && isSample(header.subarray(8))) return `${SAMPLE} ${hosts}`
  const hasPorts = (protocol === 6 || protocol === 17) && header.length >= 4
  return `${name} ${hosts}${hasPorts ? ` port ${header.readUInt16BE(2)}` : ''}`
}

/** How a datagram is told that only reports what a sampled packet began with. */
export const SAMPLE = 'sFlow'

/** Whether a datagram is one of sFlow version 5 with a flow sample first (sflow.org, sFlow Version 5, 5.1): it carries no packet on. */
function isSample(datagram: Buffer): boolean {
  if (datagram.length < 36 || datagram.readUInt32BE(0) !== 5) return false
  const agentBytes = { 1: 4, 2: 16 }[datagram.readUInt32BE(4)]
  if (agentBytes === undefined || datagram.length < 36 + agentBytes - 4) return false
  const [samples, format] = [datagram.readUInt32BE(20 + agentBytes), datagram.readUInt32BE(24 + agentBytes)]
  return samples > 0 && samples < 100 && format >= 1 && format <= 4
}
