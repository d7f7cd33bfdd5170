#!/bin/sh
# Makes a Debian or Ubuntu root file system a node of the lab, whichever node it will be.
# Run as root inside it: in a VM by Vagrant, in a chroot while the embedded image is built. Safe to run twice.
# usage: setup.sh FOLDER-OF-THESE-SCRIPTS
set -eu
from=$1

# The learner, and the checker, come in as vagrant and become root with sudo.
if ! id vagrant >/dev/null 2>&1; then
  useradd --uid 1000 --user-group --create-home --shell /bin/bash vagrant
  # '*', not '!': an account that is locked may not come in with a key either when sshd does without PAM.
  usermod --password '*' vagrant
fi
# A sudo without this path of its own (Debian unstable's) would not see /usr/local.
cat >/etc/sudoers.d/vagrant <<'END'
Defaults secure_path="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
vagrant ALL=(ALL) NOPASSWD: ALL
END
chmod 0440 /etc/sudoers.d/vagrant

cp -R --no-preserve=ownership "$from/root/." /
chmod 0755 /usr/local/lib/ovn-lab/*

# Only the controller runs the central databases; role.sh turns them on there.
rm -f /etc/systemd/system/multi-user.target.wants/ovn-central.service

# sshd of before 9.8 does not know the setting, and refuses to start with a setting it does not know.
install -d -m 0755 /run/sshd
if sshd -t -o PerSourcePenalties=no 2>/dev/null; then
  echo 'PerSourcePenalties no' >/etc/ssh/sshd_config.d/21-ovn-lab-no-penalties.conf
fi
