import { canonicalInet6 } from '../../harness/core/inet6.ts'
import { isInPrefix } from '../../harness/core/prefix.ts'
import type { Northbound } from '../../harness/look/lab.ts'
import type { LogicalRouterPort } from '../../harness/ovsdb/tables.ts'

/** A port of a logical router that is to advertise a prefix, and the address it has in that, as it is written there. */
export interface Advertiser {
  port: LogicalRouterPort
  address: string
}

/** Router ports with an address in the prefix, and with its length. */
export const advertisersOf = ({ routerPorts }: Northbound, prefix: string): Advertiser[] =>
  routerPorts.flatMap(port =>
    port.networks.flatMap(network => {
      const [address = '', length] = network.split('/')
      const isIts = length === prefix.split('/')[1] && isInPrefix(address, prefix)
      return isIts ? [{ port, address }] : []
    }),
  )

/** An address as ping and captures write it. */
export const asWritten = (address: string): string => canonicalInet6(address) ?? address
