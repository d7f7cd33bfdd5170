import type { ArpQuestion, ArpSeen } from '../look/stack.ts'
import { shellQuote } from '../ssh/root-shell.ts'

/** Who has the address answers within milliseconds; a question that is not answered is sent again. */
const TRIES = 3

/**
 * Asks by ARP on a link of the node, and tells every answer, one a line; then that it is whole. It asks in nobody's name
 * (the sender's address is 0.0.0.0, RFC 5227, section 2.1.1), so nobody learns anything from the question. A link that is
 * in a bridge hands what comes in to sockets of all kinds of packets alone (packet(7), ETH_P_ALL). perl-base is on every
 * Debian and Ubuntu.
 */
const PROGRAM = `my ($index, $mac, $address, $tries, $wait) = @ARGV; $| = 1;
my $all = unpack "S", pack "n", 3; my ($own, $ip) = (pack("H*", $mac), pack("C4", split /\\./, $address));
socket(my $ear, 17, 3, $all) or die "$!\\n"; bind($ear, pack "S n i S C C a8", 17, 3, $index, 0, 0, 0, "") or die "$!\\n";
my $to = pack "S n i S C C a8", 17, 0x0806, $index, 1, 0, 6, pack "H*", "ffffffffffff";
my $frame = pack("H*", "ffffffffffff") . $own . pack("n n n C C n", 0x0806, 1, 0x0800, 6, 4, 1) . $own . pack("x4 x6") . $ip;
my $answered = 0;
for (1 .. $tries) { send($ear, $frame, 0, $to) or die "$!\\n"; my $left = $wait;
  while (1) { my $set = ""; vec($set, fileno $ear, 1) = 1;
    (my $n, $left) = select(my $ready = $set, undef, undef, $left); last if $n <= 0;
    my $from = recv($ear, my $got, 2048, 0); next unless defined $from && length $got >= 42;
    my (undef, undef, undef, undef, $type) = unpack "S n i S C", $from;
    next if $type == 4 || unpack("n", substr $got, 12, 2) != 0x0806 || unpack("n", substr $got, 20, 2) != 2;
    next if substr($got, 28, 4) ne $ip;
    print "told " . unpack("H*", substr $got, 22, 6) . "\\n"; $answered = 1; $left = 0.2 if $left > 0.2 }
  last if $answered }
print "end\\n"`

/** What is asked of a node. `waitSeconds`: for an answer, before it is asked again. */
export const arpProbeScript = ({ index, mac, address }: ArpQuestion, waitSeconds: number): string =>
  `export ARP=${shellQuote(PROGRAM)}
perl -e 'eval $ENV{ARP}; die $@ if $@' ${[index, mac.replaceAll(':', ''), address, TRIES, waitSeconds].map(word => shellQuote(String(word))).join(' ')}`

/** Reads what the program prints; throws SyntaxError when it is not whole. */
export function arpSeenFrom(printed: string): ArpSeen {
  const lines = printed.trimEnd().split('\n')
  if (lines.at(-1) !== 'end') throw new SyntaxError('the output is cut')
  const told = lines.flatMap(line => /^told ([0-9a-f]{12})$/.exec(line)?.[1] ?? [])
  return { macs: [...new Set(told)].map(mac => mac.match(/../g)!.join(':')) }
}
