/** What a node's answers were made with. */
export interface ProgramFacts {
  /** Programs that looks are taken with, and those that run there and answer us. */
  files: ProgramFile[]
  /** Who listens on the sockets of databases and of ovs-vswitchd (unix(7), SO_PEERCRED), by what should; without those nobody tells of. */
  servers: { of: string; socket: string; file: string }[]
  /** Libraries that the system puts into every program (ld.so(8)), or a program that runs was started with. */
  preloaded: (Listed & { file: string; into: string })[]
  /**
   * Libraries and modules that those programs are made of and that are not their package's: another content, or another
   * file in place of the package's. Absent in what was recorded by a release that did not look at them.
   */
  libraries?: (Listed & { file: string; into: string; instead?: { path: string; package: string } })[]
  /** Files of packages of which dpkg has no digest: nobody can tell whether they are those of the package. */
  undigested?: { file: string; package: string }[]
  /** Programs that the kernel starts through an interpreter that was registered for them (binfmt_misc). */
  interpreted: { program: string; interpreter: string }[]
  /** The kernel's own number of this boot, and of the network namespace: two machines never have both the same. */
  boot: string
  netns: string
}

/** What the package manager's lists have of a file (dpkg, /var/lib/dpkg/info/*.md5sums); absent where they do not have it. */
interface Listed {
  package?: string
  /** MD5 as it is listed, and as it is; hex. */
  listed?: string
  found?: string
}

export interface ProgramFile extends Listed {
  name: string
  /** What is run by that name, and the file it stands for in the end. */
  path: string
  file: string
  /** Where none of both is in the lists: the file of this name that is, and its package. */
  instead?: { path: string; package: string }
}
