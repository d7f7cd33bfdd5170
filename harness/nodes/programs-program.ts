/**
 * What the agent evaluates: it names the programs that looks are taken with and that answer us, finds them in dpkg's lists,
 * which it reads as data, and hashes them. Builtins only, but for hashing: perl-base has no digest, so that is Digest::MD5's
 * where it is there, else Python's. The numbers are Linux's own (unix(7): AF_UNIX 1, SOCK_STREAM 1, SOL_SOCKET 1,
 * SO_PEERCRED 17). Words are told with all that is not visible ASCII as %xx.
 */
export const PROGRAM = String.raw`
my @DIRS = grep length, split /:/, $ENV{PATH};
my @TOOLS = qw(ip ping tcpdump tc nft sysctl nsenter unshare timeout stat cat sh perl python3 sudo env
  ovs-appctl ovs-ofctl ovn-appctl ovn-sbctl ovn-trace);
my @RUNNING = qw(ovs-vswitchd ovsdb-server ovn-controller ovn-northd sshd sshd-session);
# Found by name before the agent is there to say where.
my @BEFORE = map { my $name = $_; map "$_/$name", qw(/usr/local/sbin /usr/local/bin) } qw(env sudo perl);
my (@files, @preloaded, @libraries, %wanted, %names, %stems, %listed, %named, %by_name, %opened, %heads);

sub say_fact { print join("\t", $MARK, map { my $w = $_ // ""; $w =~ s/([^\x21-\x24\x26-\x7e])/sprintf "%%%02x", ord $1/ge; $w } @_), "\n" }
sub slurp { my ($path) = @_; -f $path or return ""; open my $in, "<", $path or return ""; my $got = ""; read $in, $got, 65536; $got }
sub key { my $path = shift; $path =~ s,^/+,,; $path =~ s,^usr/,,; $path }
# The file a path stands for in the end; the path that opens it is kept, for one that runs may have no name any more.
sub final {
  my $path = shift;
  -f $path or return;
  open my $in, "<", $path or return;
  my $final = readlink "/proc/self/fd/" . fileno $in;
  $opened{$final} = $path;
  read $in, my $head, 4096;
  $heads{$final} = $head;
  $final;
}
sub want { my ($name, $path, $open) = @_; my $file = final($open // $path) or return; $wanted{key($_)} = 1 for $path, $file; $names{$name} = 1 if !$open; push @files, [$name, $path, $file, $open] }
# A library or module: what a package's program is made of, as much as its own file.
sub stem { $_[0] =~ m,([^/]+?)(?:-[0-9.]+)?\.(so|pm|pl)(?:$|\.), ? "$1.$2" : "" }
sub library { my ($into, $path, $program, $is_ours) = @_; my $file = final($path) or return; $wanted{key($_)} = 1 for $path, $file, $program; $stems{stem($path)} = 1; push @libraries, [$into, $path, $file, $program, $is_ours] }
# What ld.so(8) would load into a program that was linked with libraries; the program itself is not run.
sub linked {
  my ($name, $path, $file) = @_;
  $heads{$file} =~ /^\x7fELF/ && $heads{$file} =~ m,/ld-linux[^\0]*\0, && $path !~ /[^\w\/.+-]/ or return;
  local $ENV{LD_TRACE_LOADED_OBJECTS} = 1;
  open my $from, "-|", $path or return;
  while (my $line = <$from>) { library($name, $1, $file) if $line =~ m,(/\S+) \(0x, }
}
# What a process that runs has in it (proc(5)); what was replaced since has no name any more, and is no lie.
sub inside {
  my ($pid, $name, $is_ours) = @_;
  my $program = readlink "/proc/$pid/exe" // return;
  open my $maps, "<", "/proc/$pid/maps" or return;
  my %each = ($program => 1);
  while (my $line = <$maps>) { library($name, $1, $program, $is_ours) if $line =~ m,^\S+ ..x\S* \S+ \S+ [1-9]\d* +(/.+), && $1 !~ / \(deleted\)$/ && !$each{$1}++ }
}
sub preload { my ($into, $path) = @_; my $file = final($path) or return; $wanted{key($_)} = 1 for $path, $file; push @preloaded, [$into, $path, $file] }

for my $name (@TOOLS) {
  my ($path) = grep { -f && -x _ } map "$_/$name", @DIRS or next;
  want($name, $path);
}
linked(@$_) for @files;
for my $path (grep { -f && -x _ } @BEFORE) { want($path =~ m,([^/]+)$,, $path) }

# Processes of this very system, not of a container on it, and those that led to us.
my ($root, %seen) = join ":", (stat "/")[0, 1];
sub running {
  my ($pid, $name) = @_;
  my $path = readlink "/proc/$pid/exe" or return;
  $path =~ / \(deleted\)$/ and return;
  join(":", (stat "/proc/$pid/root/")[0, 1]) eq $root or return;
  my @preload = slurp("/proc/$pid/environ") =~ /(?:^|\0)LD_(?:PRELOAD|AUDIT)=([^\0]+)/g;
  for (map { split /[ :]+/ } @preload) { preload($name // $path, $_) if m,^/, }
  return if $seen{$path}++;
  inside($pid, $name // ($path =~ m,([^/]+)$,), $path =~ m,/sudo$,);
  want($name // ($path =~ m,([^/]+)$,), $path, "/proc/$pid/exe");
}
for my $proc (glob "/proc/[0-9]*") {
  my ($pid) = $proc =~ /(\d+)$/;
  chomp(my $comm = slurp("$proc/comm"));
  running($pid, $comm) if grep $_ eq $comm, @RUNNING;
}
my $pid = $$;
while ($pid > 1) {
  my ($name, $parent) = slurp("/proc/$pid/stat") =~ /\((.*)\) \S (\d+)/s or last;
  my $exe = readlink("/proc/$pid/exe") // "";
  want("perl", $exe) if $pid == $$;
  running($pid) if $exe =~ m,/(sudo|sshd|sshd-session)$,;
  $pid = $parent;
}
my $HAS_MD5 = eval { require Digest::MD5; 1 };
# Our own perl: what is in it, and what its start-up made it read.
inside($$, "perl", 1);
my $perl = readlink "/proc/self/exe" // "";
for (values %INC) { library("perl", $_, $perl, 1) if m,^/, }
for (split " ", slurp("/etc/ld.so.preload")) { preload("", $_) }

for (my $at = 0; $at < @SOCKETS; $at += 2) {
  my ($of, $path) = @SOCKETS[$at, $at + 1];
  ($path) = grep -S, $of eq "ovs-vswitchd" ? glob "$path.*.ctl" : $path or next;
  my $socket;
  socket($socket, 1, 1, 0) && connect($socket, pack "Sa*x", 1, $path) or next;
  my ($listener) = unpack "i", getsockopt($socket, 1, 17) // next;
  my $file = $listener ? readlink "/proc/$listener/exe" : undef;
  next if !$file;
  join(":", (stat "/proc/$listener/root/")[0, 1]) eq $root or next;
  say_fact("server", $of, $path, $file);
  want($file =~ m,([^/]+)$,, $file, "/proc/$listener/exe") if $file !~ / \(deleted\)$/ && !$seen{$file}++;
}

for my $list (glob "/var/lib/dpkg/info/*.md5sums") {
  my ($package) = $list =~ m,([^/:]+)(?::[^/]*)?\.md5sums$,;
  -f $list or next;
  open my $in, "<", $list or next;
  while (<$in>) {
    my ($digest, $path) = /^([0-9a-f]{32}) [ *](.+)$/ or next;
    my $key = key($path);
    push @{$listed{$key}}, [$package, $digest] if $wanted{$key};
    my $stem = $key =~ /\.(?:so|pm|pl)(?:$|\.)/ ? stem($key) : "";
    $by_name{$stem} = [$package, "/$path"] if $stem && $stems{$stem} && $key =~ m,^(?:lib|share),;
    my ($base) = $key =~ m,^s?bin/([^/]+)$, or next;
    $by_name{$base} = [$package, "/$path"] if $names{$base};
  }
}
# Files of packages that have no digests, or have them no more.
for my $list (glob "/var/lib/dpkg/info/*.list") {
  my ($package) = $list =~ m,([^/:]+)(?::[^/]*)?\.list$,;
  -f $list && !-s ($list =~ s/list$/md5sums/r) or next;
  open my $in, "<", $list or next;
  while (<$in>) { chomp; $named{key($_)} = $package if $wanted{key($_)} && !$listed{key($_)} }
}

my (%hash, %found);
sub listed { my ($path, $file) = @_; $listed{key($path)} || $listed{key($file)} }
for (@files, @preloaded, @libraries) { $hash{$_->[2]} = 1 if listed(@$_[1, 2]) }
my @hash = sort keys %hash;
if ($HAS_MD5) {
  for (@hash) { open my $in, "<", $opened{$_} or next; binmode $in; $found{$_} = Digest::MD5->new->addfile($in)->hexdigest }
} else {
  my ($python) = grep -x, qw(/usr/bin/python3 /bin/python3);
  my $code = 'import hashlib,sys
for p in sys.argv[1:]:
  try: print(hashlib.new("md5",open(p,"rb").read(),usedforsecurity=False).hexdigest(),flush=True)
  except Exception: print("",flush=True)';
  if ($python && open my $from, "-|", $python, "-I", "-S", "-c", $code, map $opened{$_}, @hash) {
    for (@hash) { my $digest = <$from> // last; chomp $digest; $found{$_} = $digest if $digest =~ /^[0-9a-f]{32}$/ }
  }
}
say_fact("digest", $_, $found{$_}) for grep defined $found{$_}, @hash;
# Of two packages that list it one has put it aside (dpkg-divert(1)): it may be that of either.
sub about {
  my ($path, $file) = @_;
  my $all = listed($path, $file) or return;
  my ($same) = grep $_->[1] eq ($found{$file} // ""), @$all;
  @{$same || $all->[0]};
}
for (@files) {
  my ($name, $path, $file, $runs) = @$_;
  my @is = about($path, $file);
  # What runs may be from elsewhere: somebody built it.
  # Another python3 is an honest wish, and only hashes here.
  my $other = @is || $runs || $name eq "python3" ? undef : $by_name{$name};
  my $package = $named{key($path)} || $named{key($file)};
  if (!@is && $package) { say_fact("undigested", $file, $package); $other = undef }
  say_fact("file", $name, $path, $file, @is ? @is : $other ? ($other->[0], "", $other->[1]) : ());
}
for (@preloaded) { my ($into, $path, $file) = @$_; say_fact("preload", $into, $file, about($path, $file)) }
my %told;
for (@libraries) {
  my ($into, $path, $file, $program, $is_ours) = @$_;
  my @is = about($path, $file);
  if (@is) { say_fact("library", $into, $file, @is) if defined $found{$file} && $found{$file} ne $is[1] && !$told{$file}++; next }
  next if $named{key($path)} || $named{key($file)} || !$listed{key($program)};
  my $other = $by_name{stem($path)};
  if ($is_ours) { say_fact("preload", $into, $file) if !$told{$file}++ }
  elsif ($other) { say_fact("library", $into, $file, $other->[0], "", $other->[1]) if !$told{$file}++ }
}

for my $rule (glob "/proc/sys/fs/binfmt_misc/*") {
  my $says = slurp($rule);
  my ($interpreter) = $says =~ /^interpreter (.+)$/m or next;
  my ($offset, $magic) = $says =~ /^offset (\d+)\nmagic ([0-9a-f]+)/m or next;
  my ($mask) = $says =~ /^mask ([0-9a-f]+)/m;
  $says =~ /^enabled/ or next;
  ($magic, $mask) = (pack("H*", $magic), $mask ? pack("H*", $mask) : "\xff" x (length($magic) / 2));
  for (@files) {
    my ($name, $path, $file) = @$_;
    my $part = substr $heads{$file}, $offset, length $magic;
    say_fact("interpreted", $name, $interpreter) if length $part == length $magic && ($part & $mask) eq ($magic & $mask);
  }
}
chomp(my $boot = slurp("/proc/sys/kernel/random/boot_id"));
say_fact("machine", $boot, readlink "/proc/self/ns/net");
say_fact("end");

`
