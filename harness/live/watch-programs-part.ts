import { AGENT_BEGINS } from '../ssh/agent-command.ts'

const AGENT = AGENT_BEGINS.join(String.raw`\0`).replace('(', String.raw`\(`)

/**
 * The part of the program on a node (watch-program.ts) that is told which programs are executed, and which parameters in
 * /proc/sys are written, by fanotify(7). Two listeners: on the mounts of the node itself, where nothing of ours runs when we
 * are in mounts of our own, so that whatever is heard is somebody's, even if it is over before it can be looked at; and on
 * any mount, for who works in a namespace (ip-netns(8) gives its programs mounts of their own). FAN_OPEN_EXEC 0x1000,
 * FAN_CLOSE_WRITE 8, FAN_MARK_ADD 1, FAN_MARK_MOUNT 0x10, FAN_MARK_FILESYSTEM 0x100, FAN_Q_OVERFLOW 0x4000.
 */
export const PROGRAMS_PART = String.raw`
# Programs that somebody runs.
my $session = (slurp("/proc/self/stat") =~ /.*\) \S \S+ \S+ (\d+)/s)[0];
my %running;
my $apart = readlink("/proc/self/ns/mnt") ne (readlink("/proc/1/ns/mnt") // "");
sub fan_open { my ($flags, $mask, @paths) = @_;
  my $fan = opened(call("fan_init", 3, 02000000)) or return;
  my $some = 0;
  for (@paths) { my $path = "$_"; $some = 1 if call("fan_mark", fileno $fan, $flags | 1, $mask, -100, $path) == 0 }
  $some ? $fan : undef;
}
sub words_of { my $words = slurp("/proc/$_[0]/cmdline"); $words =~ s/\0+$//; join " ", map { length && !/[\s'"\\]/ ? $_ : "'$_'" } split /\0/, substr $words, 0, 2000 }
# Other checks and lessons that are watched: they change nothing, and would wake each other without end.
sub looks { slurp("/proc/$_[0]/cmdline") =~ /^${AGENT}.*\0(?:looks|watches)\0$/s }
my ($others, $others_at) = (0, 0);
sub is_look {
  my $pid = shift;
  for (1 .. 12) {
    if (looks($pid)) { ($others, $others_at) = (1, uptime()); return 1 }
    ($pid) = slurp("/proc/$pid/stat") =~ /.*\) \S (\d+)/s or return 0;
    return 0 if $pid < 2;
  }
  0;
}
# Of what is over before it can be asked, it may be any of those. They begin at any time, and do not end at once.
sub has_others {
  return $others if uptime() < $others_at + ($others ? 0.5 : 0.05);
  $others_at = uptime();
  $others = grep { m,/(\d+)$, && $1 != $$ && $1 != getppid && looks($1) } glob "/proc/[0-9]*";
}
# A program is told of before it is there: until then a process bears the words of who executes it.
sub is_there { my ($pid, $file) = @_; my ($exe) = (readlink("/proc/$pid/exe") // "") =~ m,([^/]+?)(?: \(deleted\))?$,; defined $exe && $exe eq $file }
sub read_again {
  my ($pid, $try) = @_;
  my $one = $running{$pid} or return;
  return push @later, [uptime() + 0.003 * 2 ** $try, sub { read_again($pid, $try + 1) }] if $try == 0 || $try < 6 && !is_there($pid, $one->{file});
  my $now = words_of($pid);
  report("program", $pid, "runs", $one->{words} = $now) if $now ne "" && $now ne $one->{words};
}
sub program {
  my ($pid, $path, $sure) = @_;
  my ($of) = slurp("/proc/$pid/stat") =~ /.*\) \S \S+ \S+ (\d+)/s;
  my $known = $running{$pid};
  return if defined $of && (!$sure && $of == $session || !$known && is_look($pid));
  return if !defined $of && !$known && !$sure && has_others();
  my ($file) = $path =~ m,([^/]*)$,;
  # What loads or interprets it is executed after it.
  my $beside = $file =~ /^(?:ld-|(?:ba|da|z)?sh$|perl|python)/;
  $known->{file} = $file if $known && $file !~ /^ld-/;
  my $words = !defined $of ? "" : is_there($pid, $known ? $known->{file} : $file) ? words_of($pid) : $known && $beside ? $known->{words} : $path;
  if ($known) {
    read_again($pid, 0);
    return if $words eq "" || $known->{words} eq $words;
    return report("program", $pid, "runs", $known->{words} = $words);
  }
  $running{$pid} = { words => $words, file => $file };
  my $ended = sub { delete $running{$pid}; report("program", $pid, "ended") };
  if ($words ne "" && on_end($pid, $ended)) {
    read_again($pid, 0);
    return report("program", $pid, "runs", $words);
  }
  delete $running{$pid};
  report("program", $pid, $sure ? "ran" : "passed", $words || $path);
}
sub hear_fan {
  my ($fan, $what) = @_;
  while (sysread $fan, my $got, 24 * 512) {
    for (my $at = 0; $at + 24 <= length $got;) {
      my ($length, $version, $reserved, $meta, $mask, $fd, $pid) = unpack "LCCSQll", substr $got, $at, 24;
      $at += $length || 24;
      my $path = $fd >= 0 ? readlink "/proc/self/fd/$fd" : undef;
      call("close", $fd) if $fd >= 0;
      if ($mask & 0x4000) { report("lost", ""); next }
      $what->($pid, $path // "");
    }
  }
}
my %lately;
my $sure = $apart ? fan_open(0x10, 0x1000, "/proc/1/root", "/proc/1/root/usr") : undef;
my $any = fan_open(0x100, 0x1000, "/", "/usr");
my $written = fan_open(0x100, 0x8, "/proc");
on($sure, sub { hear_fan($sure, sub { $lately{$_[0]} = 1; program(@_, 1) }) }) if $sure;
# What is certain is heard first, for both are told of it.
on($any, sub {
  hear_fan($sure, sub { $lately{$_[0]} = 1; program(@_, 1) }) if $sure;
  hear_fan($any, sub { program(@_, 0) if !$lately{$_[0]} });
  %lately = ();
}) if $any;
# The mounts of a program that has ended, as ip-netns(8) gives them, are no longer below a root: its file is told without it.
sub parameter {
  my ($pid, $path) = @_;
  return if $pid == $$ || $path =~ m,^/(?:proc/)?(?:\d+|self|thread-self)/,;
  $path =~ s,^/proc(?=/),,;
  $path =~ s,^/sys/,, or $path =~ s,^/,net/,;
  report("parameter", $path);
}
on($written, sub { hear_fan($written, \&parameter) }) if $written;
`
