import { randomBytes } from 'node:crypto'
import { dhcpIn, discoverFrame } from '../capture/dhcp.ts'
import type { DhcpHeard, DhcpQuestion, DhcpSeen } from '../look/dhcp.ts'
import { shellQuote } from '../ssh/root-shell.ts'

/** A server that is there answers within milliseconds; a DISCOVER that is not answered is sent again. */
const TRIES = 3

/**
 * Listens on every link of the node and, by a child inside the namespace, on every link there; the child sends the frame
 * by its link (packet(7)), so that it takes no address. A line for each frame that has the mark in it, whatever it is
 * wrapped in; then what the kernel dropped. perl-base is on every Debian and Ubuntu.
 */
const PROGRAM = `my ($netns, $index, $frame, $mark, $tries, $wait) = @ARGV; $| = 1;
my $all = unpack "S", pack "n", 3; my $where = $netns eq "" ? "inside" : "outside";
socket(my $ear, 17, 3, $all) or die "$!\\n"; setsockopt($ear, 1, 33, pack "i", 8388608);
my %name = map { open(my $f, "<", "$_/ifindex"); my $n = <$f>; m|([^/]+)$|; ($n + 0, $1) } glob "/sys/class/net/*";
my ($bits, $answered, $child) = (pack("H*", $mark), 0);
sub hear { my $left = shift; my $far = shift; my $end = 0;
  while (!$end) { my $set = ""; vec($set, fileno $ear, 1) = 1; vec($set, fileno $far, 1) = 1 if $far;
    (my $n, $left) = select(my $ready = $set, undef, undef, $left); last if $n <= 0;
    if ($far && vec($ready, fileno $far, 1)) { if (sysread($far, my $said, 65536)) { print $said } else { $end = 1 } }
    next unless vec($ready, fileno $ear, 1);
    my $from = recv($ear, my $got, 65536, 0); next unless defined $from; my $at = index $got, $bits; next if $at < 0;
    my (undef, undef, $by, undef, $type) = unpack "S n i S C", $from;
    print "$where " . ($name{$by} // $by) . " $type " . unpack("H*", $got) . "\\n";
    if (vec($got, $at - 4, 8) == 2) { $answered = 1; $left = 0.2 if !$far && $left > 0.2 }
  } }
if ($netns ne "") {
  open($child, "-|", "ip", "netns", "exec", $netns, "perl", "-e", 'eval $ENV{DHCP}; die $@ if $@', "", @ARGV[1 .. 5]) or die "$!\\n";
  hear($tries * $wait + 3, $child); hear(0.1);
} else {
  my $to = pack "S n i S C C a8", 17, 0x0800, $index, 1, 0, 6, pack "H*", "ffffffffffff";
  for (1 .. $tries) { print send($ear, pack("H*", $frame), 0, $to) ? "sent\\n" : "refused $!\\n"; hear($wait); last if $answered }
}
my (undef, $dropped) = unpack "LL", getsockopt($ear, 263, 6); print "dropped $dropped\\n"`

/** What is asked of a node, and how its answer is read. */
export interface DhcpProbe {
  script: string
  read: (printed: string) => DhcpSeen
}

/** A DISCOVER of a link. `waitSeconds`: for an answer, before it is sent again. */
export function dhcpProbe({ netns, index, mac }: DhcpQuestion, waitSeconds: number): DhcpProbe {
  const xid = randomBytes(4)
  const frame = discoverFrame(mac, xid).toString('hex')
  const words = [shellQuote(netns), index, frame, xid.toString('hex'), TRIES, waitSeconds]
  return {
    script: `export DHCP=${shellQuote(PROGRAM)}
perl -e 'eval $ENV{DHCP}; die $@ if $@' ${words.join(' ')}`,
    read: printed => dhcpSeenFrom(printed, mac, xid),
  }
}

/** What packet(7) calls a frame that the link itself sends. */
const OUTGOING = '4'

/** Reads what the program prints; throws SyntaxError when it is not whole. */
export function dhcpSeenFrom(printed: string, mac: string, xid: Buffer): DhcpSeen {
  const lines = printed.split('\n')
  const dropped = lines.flatMap(line => /^dropped (\d+)$/.exec(line)?.[1] ?? [])
  const complaint = lines.map(line => /^refused (.*)$/.exec(line)?.[1]).find(Boolean)
  // Both ends tell what they lost; a namespace that is not there is told by its complaint.
  if (dropped.length !== 2) throw new SyntaxError('the output is cut')
  return {
    sent: lines.filter(line => line === 'sent').length,
    ...(complaint !== undefined && { complaint }),
    dropped: dropped.reduce((sum, count) => sum + Number(count), 0),
    heard: lines.flatMap(line => heardIn(line, mac, xid)),
  }
}

function heardIn(line: string, mac: string, xid: Buffer): DhcpHeard[] {
  const [, where, link, type, hex] = /^(inside|outside) (\S+) (\d+) ([0-9a-f]+)$/.exec(line) ?? []
  const message = hex === undefined ? undefined : dhcpIn(Buffer.from(hex, 'hex'), mac, xid)
  return message
    ? [{ isInside: where === 'inside', link: link!, isOutgoing: type === OUTGOING, ...message }]
    : []
}
