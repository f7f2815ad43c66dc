#!/bin/sh
# inputs.sh TOCSIN FOLDER: does tocsin take in from the real rsyslog and syslog-ng what they read of a log,
# each line once? As docs/watch.md configures them: octet counting over TCP, on loopback ports.
# Exit status 77 when they cannot be had (daemons.sh).
set -eu
tocsin=$1
folder=$2
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/daemons.sh
. "$here/daemons.sh"

work=$(mktemp -d "$folder/run.XXXXXX")
trap 'stop_servers; rm -rf "$work"' EXIT
# shellcheck disable=SC2046 # two words
set -- $(python3 "$here/check_receivers.py" ports 2)
rsyslog_port=$1
syslog_ng_port=$2
modules=$(dirname "$(find "$folder/rsyslog" -name omfwd.so -o -name lmnet.so | head -n 1)")
[ -n "$(find "$folder/rsyslog" -name imfile.so)" ] || skip "this rsyslog has no imfile"
[ -n "$modules" ] || skip "this rsyslog has no modules"
python3 "$here/check_inputs.py" write "$work"

cat >"$work/rsyslog.conf" <<EOF
global(workDirectory="$work" localHostname="ex01")
module(load="imfile" mode="polling" pollingInterval="1")
input(type="imfile" file="$work/one.log" tag="iis")
action(type="omfwd" target="127.0.0.1" port="$rsyslog_port" protocol="tcp" tcp_framing="octet-counted"
       template="RSYSLOG_SyslogProtocol23Format" action.resumeRetryCount="-1" action.resumeInterval="1")
EOF
cat >"$work/syslog-ng.conf" <<EOF
@version: 3.35
options { stats-freq(0); time-reopen(1); };
source iis { file("$work/two.log" flags(no-parse) program-override("iis") host-override("ex02")); };
destination tocsin { syslog("127.0.0.1" transport("tcp") port($syslog_ng_port)); };
log { source(iis); destination(tocsin); };
EOF

watch() {
    exec "$tocsin" watch --state "$work/state" --output "$work/found" --no-default-rules --rules "$work/rule.yml" \
        --delay 10s --listen "syslog+tcp://127.0.0.1:$rsyslog_port name=rsyslog" \
        --listen "syslog+tcp://127.0.0.1:$syslog_ng_port name=syslog-ng" "$@" 2>>"$work/said"
}
watch &
watching=$!
servers="$servers $watching"
start_rsyslog "$work"
start_syslog_ng "$work"
status=0
python3 "$here/check_inputs.py" wait "$work" || status=1
kill "$watching"
wait "$watching" || status=1
(watch --once) || status=1
[ "$status" -ne 0 ] || python3 "$here/check_inputs.py" check "$work" || status=1
[ "$status" -eq 0 ] || tail -n 9 "$work/said" "$work/rsyslog.log" "$work/syslog-ng.log"
exit "$status"
