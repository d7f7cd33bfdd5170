import { firstPortOf } from '../capture/tcp-mark.ts'
import { shellQuote } from '../ssh/root-shell.ts'

/**
 * Begins TCP connections, each as soon as the one before is answered or a moment is over, from ports of our own, which is how their packets are known, and sums up in ping's words; one that
 * is refused was answered as well. perl-base is on every Debian and Ubuntu.
 */
const PROGRAM = `use Socket qw(:DEFAULT inet_pton pack_sockaddr_in6 IN6ADDR_ANY AF_INET6 PF_INET6); use Errno; my ($to, $port, $first, $count, $life) = @ARGV;
my $is6 = $to =~ /:/;
my $at = sub { $is6 ? pack_sockaddr_in6(@_) : pack_sockaddr_in(@_) };
my $there = inet_pton($is6 ? AF_INET6 : AF_INET, $to) // die "not an address\\n"; my $any = $is6 ? IN6ADDR_ANY : INADDR_ANY;
my %open; my ($sent, $answered, $refused, $why) = (0, 0, 0, "");
for my $nth (0 .. $count - 1) {
  socket(my $s, $is6 ? PF_INET6 : PF_INET, SOCK_STREAM, 0) or die "$!\\n"; setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1); $s->blocking(0);
  bind($s, $at->($first + $nth, $any)) or next; $sent++;
  if (connect($s, $at->($port, $there)) || $!{EINPROGRESS}) { $open{fileno $s} = $s } else { $why = "$!" }
  my $last = ""; vec($last, fileno $s, 1) = 1; select undef, $last, undef, 0.01;
}
my $turns = $life / 0.1;
while (%open && $turns > 0) {
  my $set = ""; vec($set, $_, 1) = 1 for keys %open; select(undef, my $ready = $set, undef, 0.1) or $turns--;
  for (keys %open) { next unless vec($ready, $_, 1);
    $! = unpack "i", getsockopt($open{$_}, SOL_SOCKET, SO_ERROR); delete $open{$_};
    if (!$!) { $answered++ } elsif ($!{ECONNREFUSED}) { $answered++; $refused++ } else { $why = "$!" } }
}
print "$why\\n" if $why && !$answered; print "$refused refused\\n" if $refused;
print "$sent packets transmitted, $answered received\\n"`

/** The words of a command that begins `count` connections to a port, and gives up after some seconds. */
export const connectCommand = (
  to: string,
  port: number,
  token: string,
  count: number,
  seconds: number,
): string =>
  `perl -MIO::Handle -e ${shellQuote(PROGRAM)} ${shellQuote(to)} ${port} ${firstPortOf(token)} ${count} ${seconds}`
