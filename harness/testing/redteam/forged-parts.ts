import type { RealForgery } from './forgeries.ts'

const nodes: RealForgery['nodes'] = ['hypervisor']

/** A ping that says that all was answered; the real one is kept beside it. */
const FAKE_PING = `mv /usr/bin/ping /usr/bin/ping.real
cat >/usr/bin/ping <<'LIAR'
#!/bin/sh
echo "20 packets transmitted, 20 received, 0% packet loss, time 190ms"
LIAR
chmod 755 /usr/bin/ping`
const REAL_PING = 'mv -f /usr/bin/ping.real /usr/bin/ping'

/** Debian's own libpcap, with one byte more: it works, and could be any. */
const PCAP = 'f=$(readlink -f /usr/lib/*/libpcap.so.0.8)'

/** Programs that are their package's, made of parts that are not; and ways to keep that from being found. */
export const FORGED_PARTS: Record<string, RealForgery> = {
  'another library in the place of the package’s': {
    nodes,
    damage: `${PCAP}; cp -a "$f" "$f.real"; printf x >>"$f"`,
    mend: `${PCAP}; mv -f "$f.real" "$f"`,
    untrusted: /libpcap\.so\S*, which tcpdump on hypervisor loads, is not the one of package libpcap0\.8/,
  },
  'a library that the loader finds before the package’s': {
    nodes,
    damage: `mkdir /opt/liar; ${PCAP}; cp "$f" /opt/liar/libpcap.so.0.8; printf x >>/opt/liar/libpcap.so.0.8
echo /opt/liar >/etc/ld.so.conf.d/000-liar.conf; ldconfig`,
    mend: 'rm -r /opt/liar /etc/ld.so.conf.d/000-liar.conf; ldconfig',
    untrusted:
      /tcpdump on hypervisor loads \/opt\/liar\/libpcap\.so\.0\.8, not \/usr\/lib\/\S+ of package libpcap0\.8/,
  },
  'a module of perl that calls every digest right': {
    nodes,
    damage: `${FAKE_PING}
mkdir /etc/perl/Digest; cat >/etc/perl/Digest/MD5.pm <<'LIAR'
package Digest::MD5;
sub new { bless {} }
sub addfile { $_[0]{file} = substr readlink("/proc/self/fd/" . fileno $_[1]), 1; $_[0] }
sub hexdigest {
  for my $list (glob "/var/lib/dpkg/info/*.md5sums") {
    open my $in, "<", $list;
    while (<$in>) { return $1 if /^([0-9a-f]{32})  \\Q$_[0]{file}\\E$/ }
  }
  "0" x 32;
}
1;
LIAR`,
    mend: `${REAL_PING}; rm -r /etc/perl/Digest`,
    untrusted: /ping on hypervisor .* is not the one of package iputils-ping/,
  },
  'a module that sshd and sudo put into our perl': {
    nodes,
    damage: `mkdir /opt/liar; echo 'package Liar; 1;' >/opt/liar/Liar.pm
echo 'Defaults env_keep += "PERL5OPT PERL5LIB"' >/etc/sudoers.d/aliar
echo 'SetEnv PERL5OPT=-MLiar PERL5LIB=/opt/liar' >/etc/ssh/sshd_config.d/liar.conf; systemctl reload ssh 2>/dev/null || true`,
    mend: `rm -r /opt/liar /etc/sudoers.d/aliar /etc/ssh/sshd_config.d/liar.conf; systemctl reload ssh 2>/dev/null || true`,
    untrusted: /\/opt\/liar\/Liar\.pm is loaded into perl on hypervisor, and belongs to no package/,
  },
  'a plugin that decides for sudo what runs': {
    nodes,
    damage: `mkdir /opt/liar; cp "$(find /usr/lib* -name sudoers.so | head -n 1)" /opt/liar/liar.so; printf x >>/opt/liar/liar.so
cp /etc/sudo.conf /run/sudo.conf
printf 'Plugin sudoers_policy /opt/liar/liar.so\\nPlugin sudoers_io /opt/liar/liar.so\\n' >>/etc/sudo.conf`,
    mend: 'cp /run/sudo.conf /etc/sudo.conf; rm -r /opt/liar /run/sudo.conf',
    untrusted: /\/opt\/liar\/liar\.so is loaded into sudo on hypervisor, and belongs to no package/,
  },
  // Nobody can tell: a package may come without digests. The board says so, and both nodes are asked all the same.
  'a ping of whose package the digests are gone': {
    nodes,
    damage: `${FAKE_PING}; mv /var/lib/dpkg/info/iputils-ping.md5sums /run/`,
    mend: `${REAL_PING}; mv /run/iputils-ping.md5sums /var/lib/dpkg/info/`,
  },
}
