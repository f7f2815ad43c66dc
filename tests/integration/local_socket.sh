#!/bin/sh
# local_socket.sh TOCSIN SIMULATE FOLDER: does the real rsyslog, and the real syslog-ng, store what
# `tocsin scan --syslog` tells them over a socket of theirs, read as their defaults read that of the
# machine: one record for each message, whole, with priority and tag?
#
# Exit status 77 when they cannot be had (daemons.sh).
set -eu
tocsin=$1
simulate=$2
folder=$3
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/daemons.sh
. "$here/daemons.sh"

work=$(mktemp -d "${TMPDIR:-/tmp}/tocsin-syslog.XXXXXX") # short: the path of a socket has 108 bytes
trap 'stop_servers; rm -rf "$work"' EXIT
"$simulate" --out "$work/input" >/dev/null

cat >"$work/rsyslog.conf" <<EOF
global(workDirectory="$work")
module(load="imuxsock" SysSock.Use="off")
template(name="record" type="list" option.jsonf="on") {
    property(outname="pri" name="pri" format="jsonf")
    property(outname="tag" name="syslogtag" format="jsonf")
    property(outname="msg" name="msg" format="jsonf")
}
ruleset(name="local") { action(type="omfile" file="$work/rsyslog-stored" template="record") }
input(type="imuxsock" Socket="$work/rsyslog.sock" ruleset="local")
EOF
cat >"$work/syslog-ng.conf" <<EOF
@version: 3.35
options { stats-freq(0); };
source local { unix-dgram("$work/syslog-ng.sock"); };
template record {
    template("\$(format-json pri=\$PRI tag=\"\$PROGRAM[\$PID]:\" msg=\$MESSAGE)\n");
};
destination stored { file("$work/syslog-ng-stored" template(record)); };
log { source(local); destination(stored); };
EOF
start_rsyslog "$work"
start_syslog_ng "$work"

status=0
python3 "$here/check_local.py" "$tocsin" "$work" rsyslog syslog-ng || status=$?
[ "$status" -eq 0 ] || tail -n 5 "$work/rsyslog.log" "$work/syslog-ng.log"
exit "$status"
