/** What somebody who is root on a student's machines does, and how it is undone. Scripts run as root on each of `nodes`. */
export interface RealForgery {
  nodes: ('controller' | 'hypervisor')[]
  damage: string
  mend: string
  /** What is said of machines that are not believed; absent: the claims tell the truth all the same. */
  untrusted?: RegExp
}

const both: RealForgery['nodes'] = ['controller', 'hypervisor']
const one: RealForgery['nodes'] = ['hypervisor']

/** Puts a script in the place of a program, which is kept beside it. */
const instead = (path: string, script: string) => ({
  damage: `mv ${path} ${path}.real
cat >${path} <<'LIAR'
#!/bin/sh
${script}
LIAR
chmod 755 ${path}`,
  mend: `mv -f ${path}.real ${path}`,
})

/** A relay on a socket: all that passes may be rewritten. */
const relay = (folder: string, socket: string, place: string) => ({
  damage: `mv ${folder}/${socket} ${folder}/${socket}.real
systemd-run --quiet --unit=liar python3 -c '
import socket, threading, os
s = socket.socket(socket.AF_UNIX); s.bind("${place}"); s.listen(50)
def pump(a, b):
    try:
        while True:
            data = a.recv(65536)
            if not data: break
            b.sendall(data.replace(b"\\"drop\\"", b"\\"pass\\""))
    except OSError: pass
    try: b.shutdown(socket.SHUT_WR)
    except OSError: pass
while True:
    c, _ = s.accept(); r = socket.socket(socket.AF_UNIX); r.connect("${folder}/${socket}.real")
    threading.Thread(target=pump, args=(c, r), daemon=True).start()
    threading.Thread(target=pump, args=(r, c), daemon=True).start()
'
while ! [ -S ${place} ]; do sleep 0.1; done
[ ${place} = ${folder}/${socket} ] || ln -s ${place} ${folder}/${socket}`,
  mend: `systemctl stop liar
rm -f ${place} ${folder}/${socket}
mv ${folder}/${socket}.real ${folder}/${socket}`,
})

const SAYS_ALL_IS_WELL = `count=20; before=
for word in "$@"; do [ "$before" = -c ] && count=$word; before=$word; done
echo "$count packets transmitted, $count received, 0% packet loss, time 190ms"`

export const REAL_FORGERIES: Record<string, RealForgery> = {
  'a ping that prints answers': {
    nodes: both,
    ...instead('/usr/bin/ping', SAYS_ALL_IS_WELL),
    untrusted: /ping on hypervisor .* is not the one of package iputils-ping/,
  },
  'a ping mounted over the real one': {
    nodes: one,
    damage: 'cp /bin/true /run/liar; mount --bind /run/liar /usr/bin/ping',
    mend: 'umount /usr/bin/ping; rm /run/liar',
    untrusted: /ping on hypervisor .* is not the one of package iputils-ping/,
  },
  'a tcpdump that plays an old capture': {
    nodes: both,
    ...instead(
      '/usr/bin/tcpdump',
      `echo "tcpdump: listening on $2" >&2
cat /run/old.pcap
trap 'echo "9 packets captured" >&2; echo "0 packets dropped by kernel" >&2; exit 0' TERM INT
while :; do sleep 0.1; done`,
    ),
    untrusted: /tcpdump on hypervisor .* is not the one of package tcpdump/,
  },
  'a wrapper around ip': {
    nodes: one,
    ...instead('/usr/bin/ip', 'exec /usr/bin/ip.real "$@"'),
    untrusted: /ip on hypervisor .* is not the one of package iproute2/,
  },
  'a wrapper around ovs-appctl': {
    nodes: one,
    ...instead('/usr/bin/ovs-appctl', 'exec /usr/bin/ovs-appctl.real "$@"'),
    untrusted: /ovs-appctl on hypervisor .* is not the one of package openvswitch-common/,
  },
  'another shell as sh': {
    nodes: one,
    damage:
      'cp -a /usr/bin/dash /run/dash; cp /usr/bin/bash /usr/bin/dash.new; mv /usr/bin/dash.new /usr/bin/dash',
    mend: 'cp -a /run/dash /usr/bin/dash.new; mv /usr/bin/dash.new /usr/bin/dash; rm /run/dash',
    untrusted: /sh on hypervisor .* is not the one of package dash/,
  },
  'a relay on the socket of the database': {
    nodes: one,
    ...relay('/run/openvswitch', 'db.sock', '/run/openvswitch/db.sock'),
    untrusted:
      /what answers for the Open vSwitch database on hypervisor is \S*python3\S*, and not ovsdb-server/,
  },
  'a link in place of a socket, to a relay': {
    nodes: ['controller'],
    ...relay('/run/ovn', 'ovnnb_db.sock', '/run/liar.sock'),
    untrusted:
      /what answers for the OVN northbound database on controller is \S*python3\S*, and not ovsdb-server/,
  },
  'a copy of the database of a better day': {
    nodes: one,
    damage: `cp /etc/openvswitch/conf.db /run/copy.db
ovsdb-server /run/copy.db --remote=punix:/run/copy.sock --detach --pidfile=/run/copy.pid --unixctl=/run/copy.ctl --log-file=/dev/null
mv /run/openvswitch/db.sock /run/openvswitch/db.real
ln -s /run/copy.sock /run/openvswitch/db.sock
ovs-vsctl --db=unix:/run/openvswitch/db.real del-port br-int veth-ns2-br`,
    mend: `kill "$(cat /run/copy.pid)"
rm -f /run/openvswitch/db.sock /run/copy.*
mv /run/openvswitch/db.real /run/openvswitch/db.sock
ovs-vsctl add-port br-int veth-ns2-br -- set Interface veth-ns2-br external_ids:iface-id="$(cat /run/iface-id)"`,
    untrusted:
      /the database says that veth-ns2-br is port \d+ of br-int, and ovs-vswitchd that it is not there/,
  },
  'a library put into every program': {
    nodes: one,
    damage:
      'cp "$(readlink -f /usr/lib/*/libz.so.1)" /usr/local/lib/liar.so; echo /usr/local/lib/liar.so >/etc/ld.so.preload',
    mend: 'rm /etc/ld.so.preload /usr/local/lib/liar.so',
    untrusted: /\/usr\/local\/lib\/liar\.so is loaded into every program on hypervisor/,
  },
  'a sudo before the real one': {
    nodes: one,
    damage: `printf '#!/bin/sh\\nexec /usr/bin/sudo "$@"\\n' >/usr/local/bin/sudo; chmod 755 /usr/local/bin/sudo`,
    mend: 'rm /usr/local/bin/sudo',
    untrusted: /sudo on hypervisor is \/usr\/local\/bin\/sudo, not \/usr\/bin\/sudo of package sudo/,
  },
  'a perl before the real one': {
    nodes: one,
    damage: 'cp /usr/bin/perl /usr/local/bin/perl',
    mend: 'rm /usr/local/bin/perl',
    untrusted: /perl on hypervisor is \/usr\/local\/bin\/perl, not \/usr\/bin\/perl of package perl-base/,
  },
  'commands of sshd’s own that run ours': {
    nodes: one,
    damage: `printf '#!/bin/sh\\nexec sh -c "$SSH_ORIGINAL_COMMAND"\\n' >/usr/local/bin/forced; chmod 755 /usr/local/bin/forced
echo 'ForceCommand /usr/local/bin/forced' >/etc/ssh/sshd_config.d/forced.conf; systemctl reload ssh 2>/dev/null || true`,
    mend: 'rm -f /etc/ssh/sshd_config.d/forced.conf /usr/local/bin/forced; systemctl reload ssh 2>/dev/null || true',
  },
  'other programs by PATH, alias and start-up file, in Chinese': {
    nodes: both,
    damage: `mkdir -p /opt/liar
for name in ping ip tcpdump ovs-appctl; do printf '#!/bin/sh\\necho "20 packets transmitted, 20 received"\\n' >/opt/liar/$name; chmod 755 /opt/liar/$name; done
cp /opt/liar/ping /usr/local/sbin/ping
home=$(getent passwd vagrant | cut -d: -f6); cp -a "$home/.bashrc" /run/bashrc 2>/dev/null || :
{ echo 'export PATH=/opt/liar:$PATH LANG=zh_TW.UTF-8 LANGUAGE=zh_TW LC_ALL=zh_TW.UTF-8 BASH_ENV=/run/env'
  echo 'alias ping=/opt/liar/ping; ip() { /opt/liar/ip; }; export -f ip'
  echo 'printf "\\033[2J\\033]0;x\\007{\\"links\\":[]}<script>alert(1)</script>\\n=cmd|calc\\n"'; } | cat - /run/bashrc >"$home/.bashrc" 2>/dev/null || :`,
    mend: `home=$(getent passwd vagrant | cut -d: -f6); rm -rf /opt/liar /usr/local/sbin/ping "$home/.bashrc"; mv /run/bashrc "$home/.bashrc" 2>/dev/null || :`,
  },
  'names that are HTML, formulas, escapes and commands': {
    nodes: both,
    damage: `hostname '=HYPERLINK(<img src=x onerror=alert(1)>)' 2>/dev/null || :
ovs-vsctl set open . 'external_ids:note="<script>alert(1)</script>=cmd|calc"'
ovs-vsctl add-br "$(printf 'a\\342\\200\\256b')" -- set bridge "$(printf 'a\\342\\200\\256b')" datapath_type=netdev 2>/dev/null || :
ip netns add '$(touch pwned)' || :; ip netns add '; touch pwned #' || :; ip netns add "$(printf 'a\\nb\\033[2J')" || :`,
    mend: `hostname "$(cat /etc/hostname 2>/dev/null || echo node)" 2>/dev/null || :
ovs-vsctl remove open . external_ids note
ovs-vsctl --if-exists del-br "$(printf 'a\\342\\200\\256b')"
ip netns del '$(touch pwned)' || :; ip netns del '; touch pwned #' || :; ip netns del "$(printf 'a\\nb\\033[2J')" || :
! ls /pwned /root/pwned /home/*/pwned 2>/dev/null`,
  },
  'a namespace that answers for all addresses': {
    nodes: one,
    damage: `ip netns add liar; ip link add liar0 type veth peer name liar1 netns liar
ip -n liar address add 192.168.10.1/24 dev liar1; ip -n liar address add 192.168.10.100/24 dev liar1
ip -n liar link set liar1 up; ip link set liar0 up; ovs-vsctl add-port br-eth2 liar0`,
    mend: 'ovs-vsctl del-port br-eth2 liar0; ip link del liar0; ip netns del liar',
  },
}
