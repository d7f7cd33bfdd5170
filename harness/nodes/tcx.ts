/**
 * Tells, in the form of the filters of tc, at which links of the namespace it runs in BPF programs are attached by tcx: tc(8)
 * shows none of them, and bpftool(8) is rarely there. It asks the kernel (bpf(2), BPF_PROG_QUERY) how many there are. The
 * number of that system call is the machine's own; where it is not known, or the kernel refuses (in a container), nothing is said. perl-base is on every Debian
 * and Ubuntu.
 */
const PROGRAM = `use POSIX ();
my %calls = (x86_64 => 321, aarch64 => 280, riscv64 => 280);
my $call = $calls{(POSIX::uname())[4]} or exit;
my ($query, %ways) = (16, (ingress => 46, egress => 47));
for my $path (glob "/sys/class/net/*/ifindex") {
  my ($device) = $path =~ m{([^/]+)/ifindex$};
  open(my $file, "<", $path) or next;
  my $index = <$file>;
  for my $way (sort keys %ways) {
    my $about = pack "L4QL2Q4", $index, $ways{$way}, 0, 0, 0, 0, 0, 0, 0, 0, 0;
    next if syscall($call, $query, $about, length $about) < 0;
    my $count = (unpack "L4QL", $about)[5];
    print "$ARGV[0]f$device $way\\ntcx: $count\\n" if $count;
  }
}`

/** The command for it; `inside`: the words that run it in a namespace. */
export const tcxCommand = (inside: string, mark: string): string =>
  `${inside}perl -e '${PROGRAM.replaceAll("'", `'\\''`)}' '${mark}' 2>/dev/null`
