#!/bin/sh
# Makes a Debian root file system what boxes of Vagrant are: a user vagrant with Vagrant's known key, links called by
# their places in the machine, all of them asking for an address. Run by mmdebstrap as its last hook.
# usage: box.sh ROOT PUBLIC-KEY-OF-VAGRANT
set -eu
root=$1 key=$2

chroot "$root" useradd --create-home --shell /bin/bash vagrant
chroot "$root" usermod --password '*' vagrant
install -d -m 0700 "$root/home/vagrant/.ssh"
install -m 0600 "$key" "$root/home/vagrant/.ssh/authorized_keys"
chroot "$root" chown -R vagrant:vagrant /home/vagrant
echo 'vagrant ALL=(ALL) NOPASSWD: ALL' >"$root/etc/sudoers.d/vagrant"
chmod 0440 "$root/etc/sudoers.d/vagrant"
echo box >"$root/etc/hostname"
: >"$root/etc/machine-id"
rm -f "$root"/etc/ssh/ssh_host_*
echo '/dev/vda / ext4 rw,noatime 0 1' >"$root/etc/fstab"
printf '[Match]\nName=en* eth*\n[Network]\nDHCP=ipv4\n' >"$root/etc/systemd/network/80-dhcp.network"
# Made at the first boot: machines of one box must not share them.
mkdir -p "$root/etc/systemd/system/ssh.service.d"
printf '[Service]\nExecStartPre=\nExecStartPre=/usr/bin/ssh-keygen -A\nExecStartPre=/usr/sbin/sshd -t\n' \
  >"$root/etc/systemd/system/ssh.service.d/keys.conf"
chroot "$root" systemctl enable systemd-networkd ssh
# Every instruction is emulated: nothing is started that a lab of an hour does not need.
for unit in systemd-networkd-wait-online.service apt-daily.timer apt-daily-upgrade.timer man-db.timer \
  e2scrub_all.timer e2scrub_reap.service fstrim.timer dpkg-db-backup.timer getty@tty1.service \
  systemd-hwdb-update.service ldconfig.service systemd-journal-catalog-update.service; do
  ln -sf /dev/null "$root/etc/systemd/system/$unit"
done
# The modules that reach the root disk, and the cards, which get their names in the initial RAM disk.
printf 'MODULES=list\nCOMPRESS=gzip\n' >"$root/etc/initramfs-tools/conf.d/box"
printf '%s\n' virtio_pci virtio_blk virtio_net ext4 >>"$root/etc/initramfs-tools/modules"
chroot "$root" update-initramfs -u
