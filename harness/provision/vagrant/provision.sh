#!/bin/sh
# Makes a virtual machine that Vagrant started a node of the lab. Run as root in it. Safe to run twice: what a learner
# did since stays. usage: provision.sh SETTING=VALUE…    those of role.sh; what it needs is in /tmp/ovn-lab
set -eu
given=/tmp/ovn-lab
provision=$given/provision
done=/var/lib/ovn-lab/provisioned
# A machine without this mark is one whose provisioning broke off.
rm -f "$done"

# The settings and the name come before the packages: no service starts without them, and Open vSwitch writes the
# name down when it starts.
sh "$provision/setup.sh" "$provision"
sh "$provision/role.sh" "$@" DATAPATH=kernel
. /etc/ovn-lab/node
# shellcheck disable=SC2086 # several links
sh "$provision/vagrant/links.sh" "$MANAGEMENT_LINK" "$UNDERLAY_LINK" $PHYSICAL_LINKS
hostname "$NODE"
cp -R --no-preserve=ownership "$provision/vagrant/files/." /
sed -i "s/@UNDERLAY_LINK@/$UNDERLAY_LINK/" /etc/systemd/system/ovn-lab-links.service
# From node to node without a question, also after the other one was made anew: the network is the lab's alone.
mkdir -p /etc/ssh/ssh_config.d
cat >/etc/ssh/ssh_config.d/20-ovn-lab.conf <<END
Host $NODES $ADDRESSES
  StrictHostKeyChecking accept-new
  UserKnownHostsFile /dev/null
  LogLevel ERROR
END

for user in root vagrant; do
  home=$(getent passwd "$user" | cut -d: -f6)
  install -d -m 0700 -o "$user" -g "$user" "$home/.ssh"
  install -m 0600 -o "$user" -g "$user" "$given/id_rsa" "$given/id_rsa.pub" "$home/.ssh"
  touch "$home/.ssh/authorized_keys"
  grep -qxF "$(cat "$given/id_rsa.pub")" "$home/.ssh/authorized_keys" ||
    cat "$given/id_rsa.pub" >>"$home/.ssh/authorized_keys"
  chown "$user:$user" "$home/.ssh/authorized_keys"
  chmod 0600 "$home/.ssh/authorized_keys"
done
# The course's commands stand before a lesson's own.
for helper in "$given"/lessons/[!_]*/helper.sh; do
  [ -e "$helper" ] || continue
  lesson=${helper%/*}
  mkdir -p "/opt/ovn-lab/${lesson##*/}"
  cat "$given"/lessons/_course/*.sh "$helper" >"/opt/ovn-lab/${lesson##*/}/helper.sh"
  chmod 0644 "/opt/ovn-lab/${lesson##*/}/helper.sh"
done

systemctl daemon-reload
systemctl enable --now ovn-lab-links.service
sh "$provision/vagrant/packages.sh" "$provision/packages.txt"

central='ovn-central ovn-northd ovn-ovsdb-server-nb ovn-ovsdb-server-sb'
if [ "$NODE" != "$CENTRAL_NODE" ]; then
  # shellcheck disable=SC2086 # several units
  systemctl disable --now $central 2>/dev/null || :
fi
# A box that brought Open vSwitch or OVN along started them before our settings were there, and has the system-id of
# every other machine made from it: they begin anew, once.
if [ ! -e /var/lib/ovn-lab/chassis-configured ]; then
  # shellcheck disable=SC2086
  systemctl stop ovn-host ovn-controller $central openvswitch-switch ovs-vswitchd ovsdb-server
  rm -f /etc/openvswitch/system-id.conf "$(readlink -f /etc/openvswitch/conf.db)" /var/lib/ovn/ovn?b_db.db
  systemctl start openvswitch-switch
  [ "$NODE" != "$CENTRAL_NODE" ] || systemctl start ovn-central
  systemctl start ovn-host
fi
if [ "$NODE" = "$CENTRAL_NODE" ]; then
  # They are done with their first start when they answer.
  timeout 120 sh -c 'until ovn-nbctl --timeout=5 show && ovn-sbctl --timeout=5 show; do sleep 0.5; done' >/dev/null 2>&1
fi
systemctl try-restart ssh
rm -rf "$given"
mkdir -p "${done%/*}"
: >"$done"
