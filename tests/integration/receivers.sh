#!/bin/sh
# receivers.sh EMIT_ALERTS FOLDER: does the real rsyslog, and the real syslog-ng, store exactly one
# record with equal fields for each line that tocsin writes?
# Over TCP and UDP, on loopback ports. Exit status 77 when they cannot be had (daemons.sh).
set -eu
emit=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/daemons.sh
. "$here/daemons.sh"

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

start_rsyslog "$work"
start_syslog_ng "$work"

status=0
python3 "$here/check_receivers.py" check "$work" "rsyslog=$rsyslog_port" \
    "syslog-ng=$syslog_ng_port" || status=$?
[ "$status" -eq 0 ] || tail -n 5 "$work/rsyslog.log" "$work/syslog-ng.log"
exit "$status"
