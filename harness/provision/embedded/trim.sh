#!/bin/sh
# What only the image of the embedded lab needs after setup.sh: it becomes many machines, each with
# its own name, id and host keys, and none of them has hardware, a screen or a schedule.
set -eu
rm -f /etc/hostname /etc/ssh/ssh_host_*
: >/etc/machine-id
printf '# No name server: the lab has no way out.\n' >/etc/resolv.conf
for unit in sshd-keygen.service getty@tty1.service console-getty.service apt-daily.timer \
  apt-daily-upgrade.timer dpkg-db-backup.timer fstrim.timer man-db.timer e2scrub_all.timer \
  remote-fs.target systemd-pstore.service systemd-networkd-wait-online.service uuidd.socket \
  systemd-firstboot.service systemd-hwdb-update.service systemd-machine-id-commit.service \
  systemd-update-done.service ldconfig.service systemd-journal-catalog-update.service \
  systemd-udev-load-credentials.service dev-hugepages.mount; do
  ln -sf /dev/null "/etc/systemd/system/$unit"
done
# Started when somebody asks for it (reboot does), not at every boot.
rm -f /usr/lib/systemd/system/multi-user.target.wants/systemd-logind.service
# Its only work, the hostname in Open_vSwitch, is done before ovs-vswitchd starts.
rm -f /etc/systemd/system/openvswitch-switch.service.requires/ovs-record-hostname.service
mkdir -p /etc/systemd/journald.conf.d
printf '[Journal]\nStorage=volatile\nRuntimeMaxUse=16M\n' >/etc/systemd/journald.conf.d/ovn-lab.conf
rm -rf /var/cache/apt/archives/*.deb /usr/share/doc/* /usr/share/locale/*
