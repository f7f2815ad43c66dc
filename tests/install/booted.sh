#!/usr/bin/env bash
# booted.sh PACKAGE LOGS: the package in a system of its own, on top of this machine's files; becomes its first process.
#
# Run in namespaces of its own (mounts, processes, network, cgroups), as root: nothing that is done here is seen outside.
set -euo pipefail
package=$1 logs=$2
over=$(mktemp -d)
mount -t tmpfs tmpfs "$over"
mkdir "$over/upper" "$over/work" "$over/root"
root=$over/root
mount -t overlay overlay -o "lowerdir=/,upperdir=$over/upper,workdir=$over/work" "$root"

# The package; what this machine has enabled is not.
rm -rf "$root"/etc/systemd/system/* "$root"/var/lib/tocsin "$root"/etc/tocsin
dpkg-deb -x "$package" "$root"
mkdir -p "$root/srv/logs" "$root/opt/elsewhere"
cp -r "$logs"/. "$root/srv/logs/"
cp "$root"/usr/share/tocsin/rules/*/*.yml "$root/opt/elsewhere/"
chmod -R a+rX "$root/srv/logs" "$root/opt/elsewhere"
printf 'WATCH=/srv/logs\n' >"$root/etc/tocsin/watch.conf"
systemd-sysusers --root "$root" "$root/usr/lib/sysusers.d/tocsin.conf"
: >"$root/etc/fstab"
ln -s /lib/systemd/system/basic.target "$root/etc/systemd/system/default.target"

mount -t proc proc "$root/proc"
mount -t sysfs -o ro sysfs "$root/sys"
mount -t cgroup2 cgroup2 "$root/sys/fs/cgroup"
for folder in run tmp dev; do mount -t tmpfs -o mode=755 tmpfs "$root/$folder"; done
chmod 1777 "$root/tmp"
mkdir "$root/dev/shm" "$root/dev/pts"
for device in null zero full random urandom tty; do
    : >"$root/dev/$device"
    mount --bind "/dev/$device" "$root/dev/$device"
done
mount -t devpts -o newinstance,ptmxmode=0666 devpts "$root/dev/pts"
ln -s pts/ptmx "$root/dev/ptmx"
ln -s /proc/self/fd "$root/dev/fd"
# What mounts for a service want to find at the root of all.
mkdir "$root/run/before"
cd "$root"
pivot_root . run/before
exec chroot . /bin/bash -c 'umount -l /run/before && rmdir /run/before &&
    exec env -i container=test PATH=/usr/sbin:/usr/bin:/sbin:/bin /lib/systemd/systemd --show-status=no'
