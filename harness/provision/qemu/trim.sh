#!/bin/sh
# What only the image of virtual machines needs after embedded/trim.sh: what a machine without a screen, whose disk
# is never checked or resized, need not start.
set -eu
for unit in serial-getty@ttyS0.service serial-getty@ttyAMA0.service systemd-growfs-root.service \
  e2scrub_reap.service systemd-tpm2-setup-early.service systemd-pcrphase.service systemd-binfmt.service \
  proc-sys-fs-binfmt_misc.automount proc-sys-fs-binfmt_misc.mount sys-fs-fuse-connections.mount \
  sys-kernel-config.mount sys-kernel-debug.mount sys-kernel-tracing.mount dev-mqueue.mount \
  systemd-modules-load.service modprobe@configfs.service modprobe@fuse.service modprobe@efi_pstore.service \
  modprobe@drm.service modprobe@dm_mod.service modprobe@loop.service; do
  ln -sf /dev/null "/etc/systemd/system/$unit"
done
# It would only run on the host.
printf 'blacklist kvm_amd\nblacklist kvm_intel\nblacklist powernow_k8\n' >/etc/modprobe.d/ovn-lab.conf
rm -f /boot/System.map-* /boot/config-*
