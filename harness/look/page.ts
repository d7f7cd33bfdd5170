import type { Blind } from '../core/blind.ts'
import type { ListenAt, PingFrom } from './traffic.ts'

/** A page of a web server that shows rows of a database, and what crossed the wires for it. */

/** A table that a check may put a row into for as long as it looks: two columns of text, and who may write. */
export interface WritableTable {
  database: string
  user: string
  table: string
  columns: [string, string]
}

/** What is fetched, by whom, and where it is listened meanwhile. */
export interface PageQuestion {
  /** Where the server is to be, and what it is asked at. */
  netns: string
  address: string
  port: number
  from: PingFrom
  /** Where the server is to have its rows from; with `fresh`, a new row stands in this table meanwhile. */
  database: { address: string; port: number; fresh?: WritableTable }
  listen: ListenAt[]
  /** Pinged afterwards by the node: a capture on `link` that hears this is not deaf. */
  marker: { link: string; to: string }
}

/** What came of it. */
export interface PageSeen {
  /** The value of the row that stood in the database for this page alone. */
  fresh?: string
  /** Why no page came: `refused`, `silent`, or what the system said. */
  complaint?: string
  /** Of HTTP. */
  status?: number
  /** Where the server sends the browser on to, where that is another one. */
  location?: string
  /** When the page was last changed, as the server says: what it does of files, and hardly of what a program prints. */
  modified?: string
  /** Of the page as it came. */
  bytes: number
  /** What the page says first. */
  words?: string
  /** The page holds the value of the fresh row. */
  holdsFresh?: boolean
  /** In the order they were asked for; none where no page came. */
  captures: PageCaptureSeen[]
  /** TCP ports that servers listen on, ADDRESS:PORT, in the namespace and on the node itself. */
  listening: { inside: string[]; node: string[]; servers?: ServerSeen[] }
}

/** A socket of the namespace that a program listens on. */
export interface ServerSeen {
  socket: string
  /** Connections that are made and that no program has taken yet (ss(8), Recv-Q). */
  waiting: number
  /** One of the programs that have it, its command line, and whether it is stopped (proc(5), state T). */
  pid?: number
  command?: string
  isStopped?: true
}

/** What one capture heard of it, or why it could not listen. */
export type PageCaptureSeen = PageCaptureHeard | (ListenAt & { blind: Blind })

export interface PageCaptureHeard extends ListenAt {
  droppedByKernel: number
  packetsTotal: number
  /** The marker was heard as well; absent where no marker is sent by this link. */
  heardMarker?: boolean
  /** Frames that hold bytes of the request or of the fresh row, or a segment of the connections, whatever carries them. */
  markedFrames: number
  /** Connections to the web server, and from its address to the database. */
  web: ConnectionHeard[]
  database: DatabaseSessionHeard[]
}

/** A connection of TCP as it was heard. */
export interface ConnectionHeard {
  client: string
  server: string
  isTunnelled: boolean
  isAnswered: boolean
  isReset: boolean
  /** How much was said each way. */
  saidBytes: { asked: number; answered: number }
  /** The largest IP packets with payload, each way; 0 where that is not known, as the start was not heard. */
  largestBytes: { asked: number; answered: number }
}

/** A session of PostgreSQL as it was heard. */
export interface DatabaseSessionHeard extends ConnectionHeard {
  /** Who began it; absent where it was begun before. */
  user?: string
  isEncrypted?: true
  hasAsked: boolean
  /** Rows that came, and how many of them the page shows (one of the values of each, of three characters or more). */
  rows: number
  rowsShown: number
  hasFresh?: boolean
  /** What the server said where it refused. */
  complaint?: string
}
