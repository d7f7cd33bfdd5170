/** What is run to fetch a page, and to keep a row in a database meanwhile. perl-base is on every Debian and Ubuntu. */

/** More of a page is not taken; twice as much is printed. */
const PAGE_BYTES_MAX = 3 * 1024 * 1024

/**
 * HTTP without a library: asks, goes where the same server sends a browser on to, and prints `status N`, the headers `encoding`,
 * `location` and `modified` where there are any, and `body HEX`, or `refused`, `silent`, `large`, or `error WORDS`. Chunks are put together although
 * HTTP/1.0 has none: a server may answer everybody in the same way (RFC 9112, 7.1).
 * The request is longer than a packet, so that a full one crosses on the way there as well. It looks like a browser's: a server that
 * knows whom it serves could show us another page than everybody else.
 */
export const FETCH = `use IO::Socket::INET; my ($host, $port, $mark, $wait) = @ARGV; $| = 1;
$SIG{ALRM} = sub { print "silent\\n"; exit }; alarm $wait; $SIG{PIPE} = "IGNORE"; my ($path, $left) = ("/", 3);
{ my $to = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Proto => "tcp", Timeout => $wait);
if (!$to) { print $!{ECONNREFUSED} ? "refused\\n" : $!{ETIMEDOUT} ? "silent\\n" : "error $!\\n"; exit }
print $to join "\\r\\n", "GET $path HTTP/1.0", "Host: $host", "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", "Accept: text/html, text/plain, */*", "Cookie: session=$mark" . join("", map { chr 97 + rand 26 } 1 .. 3000), "Connection: close", "", "";
my $got = ""; while (length $got < ${PAGE_BYTES_MAX}) { my $n = sysread $to, $got, 65536, length $got; last if !$n;
  last if $got =~ /\\A(.*?)\\r?\\n\\r?\\n/s && $1 =~ /^content-length:\\s*(\\d+)/im && length($got) - $+[0] >= $1 }
my ($head, $body) = split /\\r?\\n\\r?\\n/, $got, 2; my ($status) = ($head // "") =~ m|\\AHTTP/\\d\\S* (\\d+)|;
if (!defined $status) { print length $got ? "error no HTTP\\n" : "error closed without an answer\\n"; exit }
if (length $got >= ${PAGE_BYTES_MAX}) { print "large\\n"; exit }
my ($next) = $head =~ /^location:[ \\t]*([!-~]+)/im; my ($coded) = $head =~ /^content-encoding:[ \\t]*([!-~]+)/im;
my ($dated) = $head =~ /^last-modified:[ \\t]*([ -~]*[!-~])/im;
if (defined $next && $status =~ /\\A30[12378]\\z/ && $left-- > 0) { my $onto = $next; $onto =~ s/#.*//;
  if ($onto =~ s{\\Ahttp://\\Q$host\\E(?::(\\d+))?(?=[/?]|\\z)}{}i) { $onto = ($1 // 80) == $port ? $onto =~ m{\\A/} ? $onto : "/$onto" : "//" }
  if ($onto !~ m{\\A(//|[a-z][a-z0-9+.-]*:)}i) { $path =~ s{[^/]*(\\?.*)?\\z}{}s; $path = $onto =~ m{\\A/} ? $onto : "$path$onto"; redo } }
if ($head =~ /^transfer-encoding:.*\\bchunked/im) { my $all = "";
  while ($body =~ s/\\A([0-9a-f]+)[^\\n]*\\n//i && hex $1) { $all .= substr $body, 0, hex $1, ""; $body =~ s/\\A\\r?\\n// } $body = $all }
print "status $status\\n", defined $coded ? "encoding $coded\\n" : (), defined $next ? "location $next\\n" : (), defined $dated ? "modified $dated\\n" : (), "body " . unpack("H*", $body // "") . "\\n" }`

/**
 * PostgreSQL's protocol without a library: a statement, then `ready`; when nobody listens any more, another one, whatever
 * became of who asked. `refused WORDS` where it did not work.
 */
export const KEEP_ROW = `use IO::Socket::INET; my ($host, $port, $user, $base, $wait, $first, $last) = @ARGV; $| = 1; $SIG{PIPE} = "IGNORE";
my $db = IO::Socket::INET->new(PeerAddr => $host, PeerPort => $port, Timeout => $wait) or do { print "refused $!\\n"; exit };
my $start = "\\0\\3\\0\\0user\\0$user\\0database\\0$base\\0\\0"; print $db pack("N", 4 + length $start) . $start;
sub answer { my $bad; while (read($db, my $head, 5) == 5) { my ($type, $n) = unpack "a N", $head; my $body = ""; read $db, $body, $n - 4 if $n > 4;
  ($bad) = $body =~ /(?:\\A|\\0)M([^\\0]*)/ if $type eq "E"; return $bad if $type eq "Z" || ($type eq "E" && $body =~ /\\AS?FATAL/) } $bad // "closed" }
sub ask { my $q = shift() . "\\0"; print $db "Q" . pack("N", 4 + length $q) . $q; answer() }
$SIG{ALRM} = sub { print "refused no answer\\n"; exit }; alarm $wait;
my $bad = answer() // ask($first); if (defined $bad) { print "refused $bad\\n"; exit } alarm 0;
$SIG{TERM} = $SIG{HUP} = $SIG{INT} = sub { ask($last); exit };
print "ready\\n"; 1 while sysread STDIN, my $nothing, 4096; alarm $wait; ask($last)`
