/** What the databases of OVN and Open vSwitch hold, by the words of their protocol. */

export type DatabaseName = 'OVN_Northbound' | 'OVN_Southbound' | 'Open_vSwitch'

/** A value of an OVSDB column after decoding (RFC 7047 §5.1): sets become arrays, maps records, optional scalars stay sets. */
export type ColumnValue = string | number | boolean | ColumnValue[] | { [key: string]: ColumnValue }
/** One row: `_uuid` and the decoded columns the server's schema has. */
export type RawRow = { _uuid: string } & { [column: string]: ColumnValue }
/** Tables of one database by name; a table the server's schema lacks is an empty list. */
export type Tables = Record<string, RawRow[]>
