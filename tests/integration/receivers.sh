#!/bin/sh
# receivers.sh EMIT_ALERTS FOLDER: does the real rsyslog, and the real syslog-ng, store exactly one
# record with equal fields for each line that tocsin writes?
#
# The two packages conflict, so neither is installed: they are unpacked below FOLDER (kept there for
# the next run) and run from there on loopback ports. Exit status 77 when they cannot be had.
set -eu
emit=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)
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
    (cd "$folder/$name/packages" && timeout 15 apt-get download "$@") >"$folder/$name/log" 2>&1 ||
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

work=$(mktemp -d "$folder/run.XXXXXX")
trap 'stop_servers; rm -rf "$work"' EXIT
"$emit" "$work/lines" "$work/fields"
# shellcheck disable=SC2046 # two words
set -- $(python3 "$here/check_receivers.py" ports 2)
rsyslog_port=$1
syslog_ng_port=$2

cat >"$work/rsyslog.conf" <<EOF
global(workDirectory="$work")
module(load="imtcp")
module(load="imudp")
template(name="record" type="list" option.jsonf="on") {
    property(outname="pri" name="pri" format="jsonf")
    property(outname="host" name="hostname" format="jsonf")
    property(outname="app" name="app-name" format="jsonf")
    property(outname="procid" name="procid" format="jsonf")
    property(outname="msgid" name="msgid" format="jsonf")
    property(outname="element" name="structured-data" format="jsonf")
    property(outname="msg" name="msg" format="jsonf")
}
ruleset(name="tcp") { action(type="omfile" file="$work/rsyslog-tcp" template="record") }
ruleset(name="udp") { action(type="omfile" file="$work/rsyslog-udp" template="record") }
input(type="imtcp" address="127.0.0.1" port="$rsyslog_port" ruleset="tcp")
input(type="imudp" address="127.0.0.1" port="$rsyslog_port" ruleset="udp")
EOF
cat >"$work/syslog-ng.conf" <<EOF
@version: 3.35
options { keep-hostname(yes); stats-freq(0); };
source tcp { syslog(ip("127.0.0.1") port($syslog_ng_port) transport("tcp")); };
source udp { syslog(ip("127.0.0.1") port($syslog_ng_port) transport("udp")); };
template record {
    template("\$(format-json pri=\$PRI host=\$HOST app=\$PROGRAM procid=\$PID msgid=\$MSGID msg=\$MESSAGE --key .SDATA.*)\n");
};
destination tcp { file("$work/syslog-ng-tcp" template(record)); };
destination udp { file("$work/syslog-ng-udp" template(record)); };
log { source(tcp); destination(tcp); };
log { source(udp); destination(udp); };
EOF

libraries() {
    find "$folder/$1" -type f -name 'lib*.so*' -exec dirname {} \; | sort -u | tr '\n' ':'
}
modules=$(dirname "$(find "$folder/rsyslog" -name imtcp.so)")
# loads NAME PROGRAM: can the unpacked program be loaded with what is here?
loads() {
    missing=$(LD_LIBRARY_PATH=$(libraries "$1") ldd "$2" | sed -n 's/^[[:blank:]]*\(.*\) => not found.*/\1/p')
    [ -z "$missing" ] || skip "$1 needs libraries that are not here: $(echo "$missing" | tr '\n' ' ')"
}
loads rsyslog "$folder/rsyslog/usr/sbin/rsyslogd"
loads syslog-ng "$folder/syslog-ng/usr/sbin/syslog-ng"

LD_LIBRARY_PATH=$(libraries rsyslog) "$folder/rsyslog/usr/sbin/rsyslogd" -n -M "$modules" \
    -f "$work/rsyslog.conf" -i "$work/rsyslog.pid" >"$work/rsyslog.log" 2>&1 &
servers="$servers $!"
modules=$(dirname "$(find "$folder/syslog-ng" -name libafsocket.so)")
LD_LIBRARY_PATH=$(libraries syslog-ng) "$folder/syslog-ng/usr/sbin/syslog-ng" -F --no-caps \
    --module-path "$modules" -f "$work/syslog-ng.conf" --persist-file "$work/persist" \
    --control "$work/control" --pidfile "$work/syslog-ng.pid" >"$work/syslog-ng.log" 2>&1 &
servers="$servers $!"

status=0
python3 "$here/check_receivers.py" check "$work" "rsyslog=$rsyslog_port" \
    "syslog-ng=$syslog_ng_port" || status=$?
[ "$status" -eq 0 ] || tail -n 5 "$work/rsyslog.log" "$work/syslog-ng.log"
exit "$status"
