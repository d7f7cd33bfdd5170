/**
 * A lab's processes are remembered by the kernel, part by part: in cgroups, or by a mark where no root is to be had.
 * No list of process ids of ours could be out of date, half written, or name a process of somebody else.
 */
export type Part = 'world' | 'start' | (string & {})
