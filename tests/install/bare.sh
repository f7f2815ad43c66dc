#!/usr/bin/env bash
# bare.sh FOLDER_OF_DEB [SYSTEM]: the package, and the README's way, in a bare system of their own.
#
# Makes a minimal system of this machine's release with debootstrap below SYSTEM (default: a temporary folder,
# removed at the end; one that is there is used again), installs the package there with what it depends on,
# runs it, and removes it. Then, in a copy of the last commit: ./dev scan, ./dev install, ./dev uninstall.
# Says what each took. Needs root, the mirror that apt uses here, 2 GB, and some five minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# shellcheck source=/dev/null
IFS='|' read -r release name < <(. /etc/os-release && echo "$VERSION_CODENAME|$PRETTY_NAME")
packages=$(realpath "${1:?bare.sh FOLDER_OF_DEB [SYSTEM]}")
system=${2:-}
say() { printf 'bare: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }
[ "$(id -u)" -eq 0 ] || die "root is needed, for chroot"
command -v debootstrap >/dev/null || apt-get install -y -q --no-install-recommends debootstrap >/dev/null

if [ -z "$system" ]; then
    system=$(mktemp -d /var/tmp/tocsin-bare.XXXXXX)
    made=$system
fi
log=$(mktemp)
finish() {
    rm -f "$log"
    umount "$system/proc" 2>/dev/null || true
    if [ -n "${made:-}" ]; then rm -rf "$made"; fi
}
trap finish EXIT

# timed WHAT COMMAND...: its output is shown only if it fails.
timed() {
    local what=$1 begin=$SECONDS
    shift
    "$@" >"$log" 2>&1 || { tail -n 30 "$log" >&2; die "$what: FAILED"; }
    say "$what: passed, $((SECONDS - begin)) s"
}
inside() { chroot "$system" env -i HOME=/root PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin TERM=dumb "$@"; }
# status WANTED COMMAND...
status() {
    local wanted=$1 got=0
    shift
    inside "$@" || got=$?
    [ "$got" -eq "$wanted" ] || { echo "exit status $got, wanted $wanted: $*"; return 1; }
}

make_system() {
    local site
    # shellcheck disable=SC2016
    site=$(apt-get indextargets --format '$(SITE)' | head -n 1)
    mkdir -p "$system"
    debootstrap --variant=minbase "$release" "$system" "$site"
    # What this machine asks its mirror by, the system has to ask by, too.
    cp /etc/apt/apt.conf.d/* "$system/etc/apt/apt.conf.d/" 2>/dev/null || true
}

install_deb() {
    cp "$packages"/*.deb "$system/tmp/"
    inside apt-get update -q
    inside sh -c 'DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends /tmp/*.deb'
}

run_deb() {
    status 0 tocsin --version
    status 0 tocsin rules check
    status 3 tocsin scan /tmp
    build/release/tocsin-simulate --profile march2011 --out "$system/tmp/example" >/dev/null
    status 1 tocsin scan --internal 10.0.0.0/8 --geo /tmp/example/geo.mmdb /tmp/example/logs
    status 0 test -s /usr/share/man/man1/tocsin.1.gz -o -e /etc/dpkg/dpkg.cfg.d/docker
}

remove_deb() {
    inside dpkg --purge tocsin
    status 1 sh -c 'ls -d /usr/bin/tocsin /usr/share/tocsin 2>/dev/null | grep .'
}

sources() {
    rm -rf "$system/src"
    mkdir "$system/src"
    git archive HEAD | tar -x -C "$system/src"
}

run_uninstall() {
    inside /src/dev uninstall
    status 1 sh -c 'find /usr/local -type f | grep .'
}

[ -e "$system/etc/debian_version" ] || timed "a bare $name" make_system
[ -e "$system/proc/self" ] || mount -t proc proc "$system/proc"
timed "installing the package" install_deb
timed "running what it installed" run_deb
timed "removing it" remove_deb
timed "a copy of the sources" sources
timed "./dev scan, with all that it needs" inside /src/dev scan
timed "./dev install" inside /src/dev install
timed "running it" status 1 tocsin scan --internal 10.0.0.0/8 --geo /src/build/example/geo.mmdb /src/build/example/logs
timed "./dev uninstall" run_uninstall
