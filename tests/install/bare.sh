#!/usr/bin/env bash
# bare.sh [OPTION]...: README's commands, and the package, in bare systems of their own.
#
#   --release NAME --site URL   which system, and the mirror it comes from (default: this machine's)
#   --keyring FILE              keys of another distribution's mirror; none: they are not checked at first
#   --keep FOLDER               make it there and keep it; what stands there is used again
#   --test                      run ./dev test there as well: half an hour
#
# With debootstrap a minimal system is made twice. In the first, in a copy of the last commit: ./dev scan, install,
# uninstall, package. In the second, which has nothing that building needs: the package is installed with what it
# depends on, run, and removed. Says what each took. Needs root, a mirror, 3 GB, and some five minutes.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

# shellcheck source=/dev/null
IFS='|' read -r id release < <(. /etc/os-release && echo "$ID|$VERSION_CODENAME")
# shellcheck disable=SC2016
site=$(apt-get indextargets --format '$(SITE)' | head -n 1)
keyring='' folder='' tests=no own=yes
while [ $# -gt 0 ]; do
    case $1 in
    --release) release=$2 own=no && shift 2 ;;
    --site) site=$2 && shift 2 ;;
    --keyring) keyring=$2 && shift 2 ;;
    --keep) folder=$2 && shift 2 ;;
    --test) tests=yes && shift ;;
    *) sed -n '2,/^[^#]/s/^# \{0,1\}//p' "$0" >&2 && exit 2 ;;
    esac
done

say() { printf 'bare: %s\n' "$*"; }
die() { say "$*" >&2; exit 1; }
[ "$(id -u)" -eq 0 ] || die "root is needed, for chroot"
command -v debootstrap >/dev/null || apt-get install -y -q --no-install-recommends debootstrap >/dev/null

log=$(mktemp)
[ -n "$folder" ] || made=$(mktemp -d /var/tmp/tocsin-bare.XXXXXX)
folder=${folder:-$made}
mkdir -p "$folder"
first=$folder/first second=$folder/second
finish() {
    umount "$first/dev/pts" "$second/dev/pts" "$first/proc" "$second/proc" 2>/dev/null || true
    rm -rf "$log" ${made:+"$made"}
}
trap finish EXIT

# timed WHAT COMMAND...: its output is shown only if it fails.
timed() {
    local what=$1 begin=$SECONDS
    shift
    "$@" >"$log" 2>&1 || { tail -n 40 "$log" >&2; die "$what: FAILED"; }
    say "$what: passed, $((SECONDS - begin)) s"
}
# inside SYSTEM COMMAND...
inside() {
    local system=$1
    shift
    chroot "$system" env -i HOME=/root PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin TERM=dumb "$@"
}
# status SYSTEM WANTED COMMAND...
status() {
    local system=$1 wanted=$2 got=0
    shift 2
    inside "$system" "$@" || got=$?
    [ "$got" -eq "$wanted" ] || { echo "exit status $got, wanted $wanted: $*"; return 1; }
}

make_systems() {
    local script=() keys=() parts=main
    [ "$own" = yes ] && [ "$id" = debian ] || parts=main,universe
    # A release that debootstrap does not know by name yet is made as its elder ones are.
    [ -e "/usr/share/debootstrap/scripts/$release" ] || script=(/usr/share/debootstrap/scripts/gutsy)
    case $keyring in
    '') ;;
    none) keys=(--no-check-gpg) ;;
    *) keys=(--keyring="$keyring") ;;
    esac
    rm -rf "$first" "$second"
    debootstrap --variant=minbase --components="$parts" "${keys[@]}" "$release" "$first" "$site" \
        "${script[@]}"
    # What this machine asks its mirror by, the system has to ask by, too.
    cp /etc/apt/apt.conf.d/* "$first/etc/apt/apt.conf.d/" 2>/dev/null || true
    cp -a "$first" "$second"
}

sources() {
    rm -rf "$first/src"
    git clone -q --depth 1 "file://$PWD" "$first/src"
}
run_uninstall() {
    inside "$first" /src/dev uninstall
    status "$first" 1 sh -c 'find /usr/local -type f | grep .'
}
install_deb() {
    cp "$first"/src/build/package/*.deb "$second/tmp/"
    rm -rf "$second/tmp/example"
    cp -r "$first/src/build/example" "$second/tmp/"
    inside "$second" apt-get update -q
    inside "$second" sh -c 'DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends /tmp/*.deb'
}
run_deb() {
    status "$second" 0 tocsin --version
    status "$second" 0 tocsin rules check
    status "$second" 3 tocsin scan /usr/share/tocsin
    status "$second" 1 tocsin scan --internal 10.0.0.0/8 --geo /tmp/example/geo.mmdb /tmp/example/logs
}
# What an administrator wrote stays; nothing was enabled.
upgrade_deb() {
    echo 'WATCH=/srv/logs' >>"$second/etc/tocsin/watch.conf"
    inside "$second" sh -c 'DEBIAN_FRONTEND=noninteractive dpkg -i /tmp/*.deb'
    status "$second" 0 grep -q '^WATCH=/srv/logs' /etc/tocsin/watch.conf
    status "$second" 0 tocsin config check /etc/tocsin/tocsin.yml
    status "$second" 1 sh -c 'find /etc/systemd -name "tocsin*" | grep .'
}
remove_deb() {
    inside "$second" dpkg --remove tocsin
    status "$second" 0 test -e /etc/tocsin/watch.conf
    inside "$second" dpkg --purge tocsin
    status "$second" 1 sh -c 'ls -d /usr/bin/tocsin /usr/share/tocsin /etc/tocsin /var/lib/tocsin 2>/dev/null | grep .'
}

[ -e "$second/etc/debian_version" ] || timed "two bare systems, $release" make_systems
for system in "$first" "$second"; do
    [ -e "$system/proc/self" ] || mount -t proc proc "$system/proc"
    mountpoint -q "$system/dev/pts" || mount -t devpts -o newinstance,ptmxmode=0666 devpts "$system/dev/pts"
done
timed "a copy of the sources" sources
timed "./dev scan, with all that it needs" inside "$first" /src/dev scan
timed "./dev install" inside "$first" /src/dev install
timed "running it" status "$first" 1 tocsin scan --internal 10.0.0.0/8 --geo /src/build/example/geo.mmdb /src/build/example/logs
timed "./dev uninstall" run_uninstall
timed "./dev package" inside "$first" /src/dev package
timed "installing the package" install_deb
timed "running what it installed" run_deb
timed "upgrading it" upgrade_deb
timed "removing it" remove_deb
[ "$tests" = no ] || timed "./dev test" inside "$first" /src/dev test
