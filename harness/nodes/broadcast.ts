import { shellQuote } from '../ssh/root-shell.ts'
import { PAYLOAD_BYTES } from './ping.ts'

/**
 * One echo as a frame of our own, in nobody's name: what filters the packets of the node itself (a policy of `drop` for what leaves
 * it, say) sees no frames (packet(7)), and ping keeps it to itself that nothing was sent. perl-base is on every Debian and Ubuntu.
 */
const PROGRAM = `my ($link, $token, $bytes) = @ARGV;
my ($index, $mac) = map { open my $file, "<", "/sys/class/net/$link/$_" or die "$!\\n"; my $line = <$file>; chomp $line; $line } qw(ifindex address);
$mac =~ tr/://d;
sub summed { my ($at, $of) = @_; my $sum = 0; $sum += $_ for unpack "n*", $of; $sum = ($sum & 0xffff) + ($sum >> 16) for 1, 2;
  substr $of, $at, 2, pack "n", ~$sum & 0xffff; $of }
my $echo = summed 2, pack("C C n n n", 8, 0, 0, $$ & 0xffff, 1) . substr pack("H*", $token) x $bytes, 0, $bytes;
my $ip = summed 10, pack "C C n n n C C n N N", 0x45, 0, 20 + length $echo, 0, 0, 1, 1, 0, 0, 0xffffffff;
socket(my $out, 17, 3, 0) or die "$!\\n";
send($out, pack("H*", "ffffffffffff$mac") . pack("n", 0x0800) . $ip . $echo, 0,
  pack "S n i S C C a8", 17, 0x0800, $index, 1, 0, 6, pack "H*", "ffffffffffff") or die "$!\\n"`

/** One echo to a broadcast address, which nobody answers: by the system's routes, or by a link, which need have no address. */
export function broadcastScript(token: string, to: string, link?: string): string {
  const echo = (by: string) =>
    `ping -b -n -q -c 1 -W 0.01 ${by}-p ${token} -s ${PAYLOAD_BYTES} ${shellQuote(to)}`
  if (link === undefined) return echo('')
  const words = [link, token, String(PAYLOAD_BYTES)].map(shellQuote).join(' ')
  return `perl -e ${shellQuote(PROGRAM)} ${words} || ${echo(`-I ${shellQuote(link)} `)}`
}
