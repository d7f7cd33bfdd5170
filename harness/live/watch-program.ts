import { PROGRAMS_PART } from './watch-programs-part.ts'

/**
 * What the agent evaluates in a process of its own for as long as a lesson is watched: prints one line for each thing that
 * changes on its node (told.ts reads them), and starts no program. Builtins only, as the agent. It asks nothing again and
 * again; once a second it says that it is there (`.`) and looks whether a daemon of OVN or Open vSwitch was stopped, which
 * nothing announces (signal(7), SIGSTOP).
 *
 * - rtnetlink(7) and nftables' netlink groups, in the node's own network namespace and in each named one, which is entered
 *   to open the sockets (setns(2)) and left again. A socket keeps a namespace: it is closed as soon as the name is gone.
 * - inotify(7) on the folders of namespaces and of daemons, pidfds (pidfd_open(2)) of daemons.
 * - fanotify(7): which programs are executed, and which parameters written (watch-programs-part.ts).
 *
 * The numbers are Linux's own: AF_NETLINK 16, SOCK_RAW 3, NETLINK_ROUTE 0, NETLINK_NETFILTER 12, MSG_DONTWAIT 0x40, errno 11
 * EAGAIN and 105 ENOBUFS, CLONE_NEWNET 0x40000000, SOL_SOCKET 1, SO_RCVBUFFORCE 33.
 */
export const WATCH_PROGRAM = String.raw`
require Config;
my ($machine) = $Config::Config{archname} =~ /^(x86_64|aarch64)-/;
my %call = !$machine ? () : $machine eq "x86_64"
  ? (setns => 308, fan_init => 300, fan_mark => 301, ino_init => 294, ino_add => 254, pidfd => 434, close => 3, clock => 228)
  : (setns => 268, fan_init => 262, fan_mark => 263, ino_init => 26, ino_add => 27, pidfd => 434, close => 57, clock => 113);
sub call { my $name = shift; defined $call{$name} ? syscall($call{$name}, @_) : -1 }
# Of the agent's: what it holds open would stay open with us.
opendir my $open, "/proc/self/fd";
call("close", $_) for grep { $_ > 2 && $_ != fileno $open } readdir $open;
$| = 1;
$SIG{PIPE} = "DEFAULT";
# A program that somebody runs may be over within milliseconds: on a busy node its words are read in time only by who comes first.
eval { setpriority 0, 0, -15 };

my $said = "";
sub quoted { my $word = shift; $word =~ s/([^\x21-\x24\x26-\x7e])/sprintf "%%%02x", ord $1/ge; $word }
sub report { $said .= join("\t", map quoted($_ // ""), @_) . "\n" }
sub flush { while (length $said) { my $n = syswrite STDOUT, $said; exit if !defined $n; substr $said, 0, $n, "" } }
sub slurp { open my $in, "<", $_[0] or return ""; my $got = ""; sysread $in, $got, 65536; $got }
sub uptime { my $now = pack "q2", 0, 0; call("clock", 1, $now) == 0 or return (split " ", slurp("/proc/uptime"))[0]; my ($s, $ns) = unpack "q2", $now; $s + $ns / 1e9 }
sub opened { my $fd = shift; $fd >= 0 && open(my $handle, "<&=", $fd) or return; $handle }

my %on;       # what is done when a descriptor can be read
my %kept;     # handles, by descriptor: they would be closed with their last name
my @later;    # [when, what]
sub on { my ($handle, $what) = @_; $kept{fileno $handle} = $handle; $on{fileno $handle} = $what }
sub off { my $fd = shift; delete $on{$fd}; delete $kept{$fd} }

# Network namespaces.
open my $own, "<", "/proc/self/ns/net";
my $own_inode = (stat $own)[1];
my %joined;
sub netlink {
  my ($protocol, $groups) = @_;
  socket(my $socket, 16, 3, $protocol) or return;
  setsockopt $socket, 1, 33, pack "i", 4194304;
  bind($socket, pack "SSLL", 16, 0, 0, $groups) or return;
  $socket;
}
sub ask { my ($socket, $type) = @_; send $socket, pack("LSSLLCx15", 32, $type, 0x301, 1, 0, 0), 0 }
# Groups 1 LINK, 3 NEIGH, 4 TC, 5 and 9 IFADDR, 7 and 11 ROUTE, 8 and 19 RULE, 24 and 25 NETCONF: each is a bit.
my $groups = 0;
$groups |= 1 << $_ - 1 for 1, 3, 4, 5, 9, 7, 11, 8, 19, 24, 25;
sub hear_route {
  my ($socket, $ns) = @_;
  while (1) {
    my $from = recv $socket, my $got, 262144, 0x40;
    if (!defined $from) { report("lost", $ns) if $! == 105; last if $! != 105; next }
    for (my $at = 0; $at + 16 <= length $got;) {
      my ($length, $type, $flags) = unpack "LSS", substr $got, $at, 8;
      last if $length < 16;
      my $message = substr $got, $at, $length;
      $at += $length + 3 & ~3;
      # Done with the links: the addresses next (RTM_GETADDR).
      if ($type == 3) { $joined{$ns}{asked}++ or ask($socket, 22); next }
      next if $type < 16;
      # Neighbours come and go by themselves, but for those written by hand (NUD_PERMANENT).
      next if ($type == 28 || $type == 29) && !(unpack("S", substr $message, 24, 2) & 0x80);
      report("net", $ns, unpack "H*", $message);
    }
  }
}
sub hear_filter {
  my ($socket, $ns) = @_;
  my $some = 0;
  while (defined recv $socket, my $got, 262144, 0x40) { $some = 1 }
  report("filters", $ns) if $some || $! == 105;
}
sub join_ns {
  my ($ns, $handle) = @_;
  call("setns", fileno $handle, 0x40000000) == 0 or return 0 if $handle;
  my $route = netlink(0, $groups);
  my $filter = netlink(12, 1 << 6);
  call("setns", fileno $own, 0x40000000) if $handle;
  $joined{$ns} = { asked => 0, fds => [map fileno $_, grep $_, $route, $filter] };
  on($filter, sub { hear_filter($filter, $ns) }) if $filter;
  on($route, sub { hear_route($route, $ns) }) if $route;
  ask($route, 18) if $route;
  1;
}
sub leave_ns { my $ns = shift; my $was = delete $joined{$ns} or return; off($_) for @{$was->{fds}} }
# The name is there a moment before the namespace is mounted on it.
sub join_named {
  my ($name, $try) = @_;
  return if $joined{$name};
  my $path = "/run/netns/$name";
  if (open my $handle, "<", $path) {
    return report("netns", $name, "is") if (stat $handle)[1] == $own_inode;
    return report("netns", $name, "is") if join_ns($name, $handle);
  }
  return if !-e $path;
  return report("netns", $name, "closed") if $try > 12;
  push @later, [uptime() + 0.002 * 2 ** $try, sub { join_named($name, $try + 1) }];
}

# Folders where something comes and goes.
my $inotify = opened(call("ino_init", 02004000));
my %folder;
# IN_CREATE 0x100, IN_DELETE 0x200, IN_MOVED_FROM 0x40, IN_MOVED_TO 0x80, IN_CLOSE_WRITE 8.
sub watch_folder {
  my ($path, $mask) = @_;
  -d $path && $inotify or return;
  my $at = "$path";
  my $watch = call("ino_add", fileno $inotify, $at, $mask);
  $folder{$watch} = $path if $watch >= 0;
}
sub see_namespaces { watch_folder("/run/netns", 0x3c0); join_named($_, 0) for map m,([^/]+)$,, glob "/run/netns/*" }
sub see_daemons { my $path = shift; watch_folder($path, 0x3c8); see_daemon($_) for glob "$path/*.pid" }
sub hear_folder {
  sysread $inotify, my $got, 65536 or return;
  for (my $at = 0; $at + 16 <= length $got;) {
    my ($watch, $mask, $cookie, $length) = unpack "iLLL", substr $got, $at, 16;
    my ($name) = unpack "Z*", substr $got, $at + 16, $length;
    $at += 16 + $length;
    report("lost", "") if $mask & 0x4000;
    my $path = $folder{$watch} // next;
    if ($path eq "/run") {
      see_namespaces() if $name eq "netns";
      see_daemons("$path/$name") if $name eq "ovn" || $name eq "openvswitch";
    } elsif ($path eq "/run/netns") {
      if ($mask & 0x240) { leave_ns($name); report("netns", $name, "gone") } else { join_named($name, 0) }
    } else {
      see_daemon("$path/$name") if $name =~ /\.pid$/ && !($mask & 0x240);
      report("run", "$path/$name", $mask & 0x240 ? "gone" : "is") if $name =~ /\.(pid|sock|ctl)$/;
    }
  }
}

# Daemons, by their pid files.
my (%daemon, %state);
sub on_end {
  my ($pid, $what) = @_;
  # What was read as text would be handed over as a pointer to it.
  my $handle = opened(call("pidfd", $pid + 0, 0)) or return 0;
  on($handle, sub { off(fileno $handle); $what->() });
  1;
}
sub see_daemon {
  my $path = shift;
  my ($name) = $path =~ m,([^/]+)\.pid$,;
  my ($pid) = slurp($path) =~ /^(\d+)/ or return;
  return if $daemon{$pid};
  $daemon{$pid} = $name;
  my $ended = sub { delete $daemon{$pid}; delete $state{$pid}; report("daemon", $name, "ended") };
  if (!on_end($pid, $ended)) { delete $daemon{$pid}; return }
  report("daemon", $name, "runs");
}
sub see_states {
  for my $pid (keys %daemon) {
    my ($is) = slurp("/proc/$pid/stat") =~ /.*\) (\S)/s or next;
    my $stopped = $is =~ /[Tt]/ ? "stopped" : "goes on";
    my $was = $state{$pid} // "goes on";
    $state{$pid} = $stopped;
    report("daemon", $daemon{$pid}, $stopped) if $was ne $stopped;
  }
}

${PROGRAMS_PART}
join_ns("", undef);
on($inotify, \&hear_folder) if $inotify;
watch_folder("/run", 0x100);
see_namespaces();
see_daemons($_) for "/run/ovn", "/run/openvswitch";
report("ready", $any || $sure ? "programs" : "", $apart && $sure ? "apart" : "", $written ? "parameters" : "", $machine ? "namespaces" : "");
flush();

my $agent = getppid;
my $tick = uptime() + 1;
while (getppid == $agent) {
  my $wait = 1;
  for ($tick, map $_->[0], @later) { my $left = $_ - uptime(); $wait = $left if $left < $wait }
  my $r = "";
  vec($r, $_, 1) = 1 for keys %on;
  if (select($r, undef, undef, $wait < 0 ? 0 : $wait) > 0) {
    # A descriptor that was closed meanwhile may be another one's by now.
    my %was = %on;
    for my $fd (grep { vec $r, $_, 1 } keys %was) { $was{$fd}->() if $on{$fd} && $on{$fd} == $was{$fd} }
  }
  my @due = grep $_->[0] <= uptime(), @later;
  @later = grep { my $one = $_; !grep $_ == $one, @due } @later;
  $_->[1]->() for @due;
  if (uptime() >= $tick) { see_states(); $said .= ".\n"; $tick = uptime() + 1 }
  flush();
}
`
