# daemons.sh: the real rsyslog and syslog-ng, for tests that source it with $folder set. Sourced, not run.
#
# The two packages conflict, so neither is installed: they are unpacked below $folder (kept there for
# the next run) and run from there, on ports and sockets of the test's own. skip ends the test with
# status 77, which says that it could not be made; stop_servers ends what start_* has begun.
# shellcheck shell=sh
rsyslog_packages='rsyslog libestr0 libfastjson4 liblognorm5'
syslog_ng_packages='syslog-ng-core libivykis0 libnet1 libwrap0 libglib2.0-0 libjson-c5 libpcre3'
servers=

skip() {
    echo "skipped: $*"
    exit 77
}

# shellcheck disable=SC2317 # called by the trap
stop_servers() {
    for pid in $servers; do
        kill "$pid" 2>/dev/null || true
    done
    for pid in $servers; do
        wait "$pid" 2>/dev/null || true
    done
}
trap stop_servers EXIT
trap 'exit 1' INT TERM HUP

# unpack NAME PACKAGE...: the packages below $folder/NAME
unpack() {
    name=$1
    shift
    [ -e "$folder/$name/complete" ] && return
    rm -rf "${folder:?}/$name"
    mkdir -p "$folder/$name/packages"
    (cd "$folder/$name/packages" && timeout 45 apt-get download "$@") >"$folder/$name/log" 2>&1 ||
        skip "the packages of $name cannot be downloaded here"
    for package in "$folder/$name/packages"/*.deb; do
        dpkg -x "$package" "$folder/$name" || skip "$package cannot be unpacked"
    done
    touch "$folder/$name/complete"
}

for tool in apt-get dpkg python3; do
    command -v "$tool" >/dev/null || skip "there is no $tool"
done
mkdir -p "$folder"
folder=$(cd "$folder" && pwd)
# shellcheck disable=SC2086 # lists of words
unpack rsyslog $rsyslog_packages
# shellcheck disable=SC2086
unpack syslog-ng $syslog_ng_packages

libraries() {
    find "$folder/$1" -type f -name 'lib*.so*' -exec dirname {} \; | sort -u | tr '\n' ':'
}
# loads NAME PROGRAM: can the unpacked program be loaded with what is here?
loads() {
    missing=$(LD_LIBRARY_PATH=$(libraries "$1") ldd "$2" | sed -n 's/^[[:blank:]]*\(.*\) => not found.*/\1/p')
    [ -z "$missing" ] || skip "$1 needs libraries that are not here: $(echo "$missing" | tr '\n' ' ')"
}
loads rsyslog "$folder/rsyslog/usr/sbin/rsyslogd"
loads syslog-ng "$folder/syslog-ng/usr/sbin/syslog-ng"

# start_rsyslog FOLDER, start_syslog_ng FOLDER: with the configuration that lies there.
start_rsyslog() {
    modules=$(dirname "$(find "$folder/rsyslog" -name imtcp.so)")
    LD_LIBRARY_PATH=$(libraries rsyslog) "$folder/rsyslog/usr/sbin/rsyslogd" -n -M "$modules" \
        -f "$1/rsyslog.conf" -i "$1/rsyslog.pid" >"$1/rsyslog.log" 2>&1 &
    servers="$servers $!"
}

start_syslog_ng() {
    modules=$(dirname "$(find "$folder/syslog-ng" -name libafsocket.so)")
    LD_LIBRARY_PATH=$(libraries syslog-ng) "$folder/syslog-ng/usr/sbin/syslog-ng" -F --no-caps \
        --module-path "$modules" -f "$1/syslog-ng.conf" --persist-file "$1/persist" \
        --control "$1/control" --pidfile "$1/syslog-ng.pid" >"$1/syslog-ng.log" 2>&1 &
    servers="$servers $!"
}
