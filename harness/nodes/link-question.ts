import { shellQuote } from '../ssh/root-shell.ts'

/** Who is there answers within milliseconds; a question that is not answered is sent again. */
const TRIES = 3

/**
 * Listens on every link of the node and, by a child inside the namespace, on every link there; the child sends the frame
 * by its link (packet(7)), so that it takes no address. A line for each frame that one pattern is found in, whatever it is
 * wrapped in; the other one is that of an answer. Then what the kernel dropped. It listens by the clock: who floods the link
 * is not to hold it up. perl-base is on every Debian and Ubuntu.
 *
 * The child listens twice: before whatever hooks in where a frame enters (XDP of the generic kind, tc, nftables of family netdev),
 * as tcpdump does, and behind that, as the protocol itself does. It tells of both.
 */
const PROGRAM = `use POSIX (); my ($netns, $index, $frame, $told, $answer, $tries, $wait, $linger) = @ARGV; $| = 1;
my $all = unpack "S", pack "n", 3; my $where = $netns eq "" ? "inside" : "outside";
socket(my $ear, 17, 3, $all) or die "$!\\n"; setsockopt($ear, 1, 33, pack "i", 8388608);
my %name = map { open(my $f, "<", "$_/ifindex"); my $n = <$f>; m|([^/]+)$|; ($n + 0, $1) } glob "/sys/class/net/*";
my ($answered, $child, $behind) = (0); if ($netns eq "") { socket($behind, 17, 3, unpack "S", pack "H4", substr $frame, 24, 4) or die "$!\\n" }
my @ears = grep { defined } $ear, $behind;
sub now { (POSIX::times())[0] / POSIX::sysconf(&POSIX::_SC_CLK_TCK) }
sub hear { my $until = now() + shift; my $far = shift; my $end = 0;
  while (!$end) { my $left = $until - now(); last if $left <= 0; my $set = ""; vec($set, fileno $_, 1) = 1 for @ears; vec($set, fileno $far, 1) = 1 if $far;
    last if select(my $ready = $set, undef, undef, $left) <= 0;
    if ($far && vec($ready, fileno $far, 1)) { if (sysread($far, my $said, 65536)) { print $said } else { $end = 1 } }
    for my $one (grep { vec($ready, fileno $_, 1) } @ears) {
      my $from = recv($one, my $got, 65536, 0); next unless defined $from && $got =~ /$told/s;
      my (undef, undef, $by, undef, $type) = unpack "S n i S C", $from; my $is = $one == $ear;
      print +($is ? $where : "taken") . " " . ($name{$by} // $by) . " $type " . unpack("H*", $got) . "\\n";
      if ($is && !$answered && !$far && $got =~ /$answer/s) { $answered = 1; my $soon = now() + $linger; $until = $soon if $soon < $until }
    }
  } }
if ($netns ne "") {
  open($child, "-|", "ip", "netns", "exec", $netns, "perl", "-e", 'eval $ENV{ASK}; die $@ if $@', "", @ARGV[1 .. 7]) or die "$!\\n";
  hear($tries * $wait + 3, $child); hear(0.1);
} else {
  my $bytes = pack "H*", $frame;
  my $to = pack "S n i S C C a8", 17, unpack("n", substr $bytes, 12, 2), $index, 1, 0, 6, substr $bytes, 0, 6;
  for (1 .. $tries) { print send($ear, $bytes, 0, $to) ? "sent\\n" : "refused $!\\n"; hear($wait); last if $answered }
}
my (undef, $dropped) = unpack "LL", getsockopt($ear, 263, 6); print "dropped $dropped\\n"`

/** A frame that a link of a namespace sends. */
export interface LinkQuestion {
  netns: string
  index: number
  frame: Buffer
  /** Frames to tell of, and those of them that answer: patterns of Perl over their bytes (perlre(1)). */
  told: string
  answer: string
  /** For an answer, before it is sent again. */
  waitSeconds: number
  /** For the answers of others, after the first. */
  lingerSeconds: number
}

/** What came of a question. */
export interface LinkAnswer {
  /** How many were sent, until one was answered. */
  sent: number
  /** Why the kernel did not send it. */
  complaint?: string
  /** Frames that the kernel dropped for us unheard. */
  dropped: number
  heard: HeardFrame[]
}

/** A frame, and where it was heard. */
export interface HeardFrame {
  /** Inside the namespace that asks; else in the node's own. */
  isInside: boolean
  link: string
  /** It left by that link; else it came in. */
  isOutgoing: boolean
  /** Of one that came in to the namespace: nothing that hooks in there kept it from the protocol. */
  isTaken?: boolean
  frame: Buffer
}

/** Each byte as a pattern has it. */
export const bytesPattern = (bytes: Buffer): string => bytes.toString('hex').replace(/../g, '\\x$&')

/** What is asked of a node. */
export function linkQuestionScript(question: LinkQuestion): string {
  const { netns, index, frame, told, answer, waitSeconds, lingerSeconds } = question
  const words = [netns, index, frame.toString('hex'), told, answer, TRIES, waitSeconds, lingerSeconds]
  return `export ASK=${shellQuote(PROGRAM)}
perl -e 'eval $ENV{ASK}; die $@ if $@' ${words.map(word => shellQuote(String(word))).join(' ')}`
}

/** What packet(7) calls a frame that the link itself sends. */
const OUTGOING = '4'

/** Reads what the program prints; throws SyntaxError when it is not whole. */
export function linkAnswerFrom(printed: string): LinkAnswer {
  const lines = printed.split('\n')
  const dropped = lines.flatMap(line => /^dropped (\d+)$/.exec(line)?.[1] ?? [])
  const complaint = lines.map(line => /^refused (.*)$/.exec(line)?.[1]).find(Boolean)
  // Both ends tell what they lost; a namespace that is not there is told by its complaint.
  if (dropped.length !== 2) throw new SyntaxError('the output is cut')
  return {
    sent: lines.filter(line => line === 'sent').length,
    ...(complaint !== undefined && { complaint }),
    dropped: dropped.reduce((sum, count) => sum + Number(count), 0),
    heard: lines.flatMap(line => heardIn(line, lines)),
  }
}

function heardIn(line: string, lines: string[]): HeardFrame[] {
  const [, where, link, type, hex] = /^(inside|outside) (\S+) (\d+) ([0-9a-f]+)$/.exec(line) ?? []
  if (hex === undefined) return []
  const [isInside, isOutgoing] = [where === 'inside', type === OUTGOING]
  return [
    {
      ...{ isInside, isOutgoing, link: link! },
      ...(isInside && !isOutgoing && { isTaken: lines.includes(line.replace('inside', 'taken')) }),
      frame: Buffer.from(hex, 'hex'),
    },
  ]
}
