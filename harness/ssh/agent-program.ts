/** How long a process that got SIGTERM may take before SIGKILL. */
const GRACE_SECONDS = 2

/** Where a system keeps its own programs: these are asked, and not what somebody put into /usr/local or a PATH of theirs. */
export const SYSTEM_PATH = '/usr/sbin:/usr/bin:/sbin:/bin'

/** Bytes of one stream that may be on their way before the other side says that it has read some. */
export const WINDOW_BYTES = 256 * 1024

/**
 * Ends what the agent had running when the agent ends, whoever ended it: its standard input then ends. It is told of each
 * process group that starts (`+`) and ends (`-`). It keeps the agent's standard error open, so that who waits for the
 * end of that waits for the guard, too.
 */
const GUARD_SCRIPT = `trap '' HUP INT TERM
live=' '
while read -r what group; do
  case $what in
    +) live="$live$group " ;;
    *) live="\${live%% $group *} \${live#* $group }" ;;
  esac
done
for group in $live; do kill -s TERM -- "-$group" 2>/dev/null; done
for group in $live; do sleep ${GRACE_SECONDS}; break; done
for group in $live; do kill -s KILL -- "-$group" 2>/dev/null; done`

/**
 * What runs as root on a node for as long as a connection lasts, and starts everything else there. Only builtins:
 * loading POSIX or Socket takes five times as long as all of this. The numbers are Linux's own (fcntl(2): F_GETFL 3,
 * F_SETFL 4, O_NONBLOCK; errno 11 EAGAIN; unix(7): AF_UNIX 1, SOCK_STREAM 1; waitpid(2): WNOHANG 1).
 *
 * It waits in select(2) alone, so a script that does not read, or a network that stands still, holds up nobody else.
 * A signal that comes between waitpid and select would be seen only with the next event: with children it waits
 * 0.1 s at most. Who says much in small pieces, as tcpdump does, is read only every few milliseconds: each turn costs more than
 * what was said. Perl's modules are the system's own, as programs are. Frames are those of frames.ts; their letters stand there.
 */
const PROGRAM = String.raw`BEGIN { my @own = grep !m,^/(?:etc|usr/local)/,, @INC; @INC = @own if grep -e "$_/strict.pm", @own }
use strict;
$> and die "it has uid $>, not that of root\n";
apart() if $APART;
my ($over, $lost, $in, $out, %job) = (0, 0, "", $MARK);
$ENV{LC_ALL} = "C";
$ENV{PATH} = "$SYSTEM_PATH:$ENV{PATH}:/usr/local/sbin";
delete @ENV{grep /^(LD_|BASH_|PERL|ENV$)/, keys %ENV};
$SIG{PIPE} = "IGNORE";
$SIG{CHLD} = sub {};
$SIG{$_} = sub { $over = 1 } for qw(HUP INT TERM);
open my $clock, "<", "/proc/uptime";
sub now { my $up; sysseek($clock, 0, 0) && sysread($clock, $up, 32) ? (split " ", $up)[0] : time }
sub unblock { fcntl($_[0], 4, fcntl($_[0], 3, 0) | 04000) }
sub guard { syswrite GUARD, "$_[0] $_[1]\n" }
sub reply { my ($type, $id, $data) = @_; $out .= pack("aNN", $type, $id, length $data) . $data }
sub apart {
  require Config;
  my ($machine) = $Config::Config{archname} =~ /^(x86_64|aarch64)-/ or return;
  my ($unshare, $mount) = $machine eq "x86_64" ? (272, 165) : (97, 40);
  open my $mounts, "<", "/proc/self/mountinfo" or return;
  grep(m,^\S+ \S+ \S+ \S+ / .* shared:\d,, <$mounts>) && syscall($unshare, 0x20000) == 0 or return;
  my ($none, $root) = ("none", "/");
  syscall($mount, $none, $root, $none, 0x84000, 0);
}
sub stop {
  my $job = shift;
  kill $job->{stopped}++ ? "KILL" : "TERM", -$job->{pid} if $job->{pid};
  $job->{stop_at} = now() + $GRACE;
}

sub start {
  my ($id, $reads, $life_ms, $script) = ($_[0], unpack "aNa*", $_[1]);
  my ($from, $in, $out, $to, $err, $err_to);
  pipe($from, $in) && pipe($out, $to) && pipe($err, $err_to) && defined(my $pid = fork) or return reply("N", $id, "$!");
  if (!$pid) {
    setpgrp 0, 0;
    $SIG{PIPE} = "DEFAULT";
    $reads eq "d" ? open STDIN, "<&", $from : open STDIN, "<", "/dev/null";
    open STDOUT, ">&", $to;
    open STDERR, ">&", $err_to;
    if ($reads eq "p") {
      delete @SIG{qw(HUP INT TERM CHLD)};
      eval $script;
      print STDERR $@ if $@;
      exit;
    }
    exec "sh", "-c", $script, "ovn-lab";
    exit 127;
  }
  setpgrp $pid, $pid;
  guard("+", $pid);
  unblock($_) for $in, $out, $err;
  $job{$id} = { pid => $pid, in => $in, read => { O => [$out, $WINDOW], R => [$err, $WINDOW] }, $life_ms ? (stop_at => now() + $life_ms / 1000) : () };
}

sub connect_socket {
  my ($id, @paths) = ($_[0], split /\0/, $_[1]);
  my ($path) = grep -S, @paths or return reply("N", $id);
  my $socket;
  socket($socket, 1, 1, 0) && unblock($socket) && connect($socket, pack "Sa*x", 1, $path) or return reply("N", $id, "$!");
  $job{$id} = { in => $socket, read => { O => [$socket, $WINDOW] } };
  reply("Y", $id);
}

sub take {
  while (length $in >= 9) {
    my ($type, $id, $length) = unpack "aNN", $in;
    last if length $in < 9 + $length;
    my $data = substr $in, 9, $length;
    substr($in, 0, 9 + $length, "");
    if ($type eq "S") { start($id, $data) }
    if ($type eq "C") { connect_socket($id, $data) }
    my $job = $job{$id} or next;
    if ($type eq "D" && $job->{in}) { $job->{todo} .= $data }
    if ($type eq "G") { my ($from, $bytes) = unpack "aN", $data; $job->{read}{$from}[1] += $bytes if $job->{read}{$from} }
    if ($type eq "E") {
      $job->{end} = 1;
      $job->{stop_at} = now() + unpack("N", $data) / 1000 if length $data && !$job->{stopped};
    }
    if ($type eq "Q") { $job->{read} = {}; $job->{todo} = ""; $job->{end} = 1; $job->{stopped} or stop($job) }
  }
}

sub ended {
  my ($pid, $status) = @_;
  kill "KILL", -$pid;
  guard("-", $pid);
  my ($id) = grep $job{$_}{pid} == $pid, keys %job or return;
  $job{$id}{pid} = 0;
  $job{$id}{since} = now();
  reply("X", $id, pack "CCC", $status >> 8, $status & 127, $job{$id}{stopped} ? 1 : 0);
}

sub serve {
  my ($id, $job, $r, $w) = @_;
  if (length $job->{todo} && ($job->{since} || vec $w, fileno $job->{in}, 1)) {
    my $n = syswrite $job->{in}, $job->{todo}, 65536;
    $n = length $job->{todo} if !defined $n && $! != 11;
    if ($n) { substr($job->{todo}, 0, $n, ""); reply("A", $id, pack "N", $n) }
  }
  if ($job->{end} && !length $job->{todo}) {
    close $job->{in} if $job->{in};
    $job->{in} = undef;
    $job->{read} = {} if !defined $job->{pid};
  }
  while (my ($from, $read) = each %{$job->{read}}) {
    my ($handle, $credit) = @$read;
    next if $credit <= 0 || length $out > $WINDOW || !($job->{since} || vec $r, fileno $handle, 1);
    my $n = sysread $handle, my $data, $credit < 32768 ? $credit : 32768;
    if ($n) {
      $read->[1] -= $n; reply($from, $id, $data);
      $job->{rests} = 3 if $n < 4096 && $job->{pid} && ++$job->{pieces} > 8;
    }
    elsif (defined $n || $! != 11 || $job->{since} && now() > $job->{since} + 0.1) { delete $job->{read}{$from} }
  }
  return if $job->{pid} || %{$job->{read}};
  delete $job{$id};
  reply("Z", $id);
}

pipe(my $told, GUARD) && defined(my $guard = fork) or die "$!\n";
if (!$guard) {
  setpgrp 0, 0;
  close GUARD;
  open STDIN, "<&", $told;
  open STDOUT, ">", "/dev/null";
  exec "sh", "-c", $GUARD_SCRIPT, "ovn-lab";
  exit 127;
}
close $told;
unblock($_) for *STDIN, *STDOUT;
my $heard = now();
until ($over) {
  while ((my $pid = waitpid -1, 1) > 0) { ended($pid, $?) }
  my ($r, $w, $wait, $now) = ("", "", 1, now());
  $over = $lost = 1 if $now > $heard + $QUIET;
  vec($r, 0, 1) = 1;
  vec($w, 1, 1) = 1 if length $out;
  for my $job (values %job) {
    stop($job) if $job->{stop_at} && $now >= $job->{stop_at};
    $wait = 0.1 if defined $job->{pid} && $wait > 0.1;
    vec($w, fileno $job->{in}, 1) = 1 if length $job->{todo} && $job->{in};
    if ($job->{rests}) { $job->{rests}--; $wait = 0.004; next }
    for (values %{$job->{read}}) { vec($r, fileno $_->[0], 1) = 1 if $_->[1] > 0 && length $out <= $WINDOW }
  }
  my $ready = select($r, $w, undef, $wait);
  ($r, $w) = ("", "") if $ready < 0;
  delete $_->{rests} for $ready ? () : values %job;
  if (vec $w, 1, 1) {
    my $n = syswrite STDOUT, $out, 65536;
    last if !defined $n && $! != 11;
    substr($out, 0, $n, "") if $n;
  }
  if (vec $r, 0, 1) {
    my $n = sysread STDIN, $in, 65536, length $in;
    last if defined $n ? !$n : $! != 11;
    $heard = now();
    take();
  }
  serve($_, $job{$_}, $r, $w) for keys %job;
}

my $pid = $lost ? getppid : 0;
while ($pid > 1 && open my $stat, "<", "/proc/$pid/stat") {
  my ($name, $parent) = join("", <$stat>) =~ /\((.*)\) \S (\d+)/s or last;
  if ($name =~ /^sshd/) { kill "TERM", $pid; last }
  $pid = $parent;
}
`

/** Ends a shell that reads the program in place of perl, because a start-up file went over to that shell. */
export const SHELL_STOPPER = 'exit\n'

/**
 * The agent, to be written to the standard input of `agentCommand`; frames may follow it at once. It says `mark` when
 * it is there, and ends with all it started when it has heard nothing for `quietMs`. `isApart`: in a mount namespace of its own
 * (unshare(2)) that takes in whatever is mounted outside (mount_namespaces(7), slave), so that who watches the mounts of the
 * node sees what others execute and not what we do. Where the root of the node is not shared it stays where it is: a
 * namespace named later would be missed.
 */
export function agentProgram(mark: string, quietMs: number, isApart = false): string {
  // In two halves, so that whoever only repeats what it reads does not say the mark.
  const halves = [mark.slice(0, 16), mark.slice(16)].map(half => `"${half}"`).join(' . ')
  const values = [
    halves,
    quietMs / 1000,
    GRACE_SECONDS,
    WINDOW_BYTES,
    `"${SYSTEM_PATH}"`,
    isApart ? 1 : 0,
    `<<'END'`,
  ].join(', ')
  return `${SHELL_STOPPER}my ($MARK, $QUIET, $GRACE, $WINDOW, $SYSTEM_PATH, $APART, $GUARD_SCRIPT) = (${values});
${GUARD_SCRIPT}
END
${PROGRAM}`
}
