#!/bin/sh
# send_receivers.sh SEND_ALERTS FOLDER: do the real rsyslog, and the real syslog-ng, store every field of every
# alert that the daemon's senders send them over UDP, TCP and TLS with certificates of both sides? Is nothing lost
# when they are killed meanwhile? Does a parser of CEF that is not ours read the same?
#
# COUNT and KILLS in the environment: how many alerts, and kills for each of four. Exit status 77 when the
# receivers cannot be had (daemons.sh).
set -eu
sender=$1
folder=$2
count=${COUNT:-1000}
kills=${KILLS:-4}
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=tests/integration/daemons.sh
. "$here/daemons.sh"
command -v openssl >/dev/null || skip "there is no openssl"
# TLS of rsyslog is a package of its own.
unpack rsyslog-openssl rsyslog-openssl

work=$(mktemp -d "$folder/send.XXXXXX")
trap 'stop_servers; rm -rf "$work"' EXIT

certificate() { # NAME SUBJECT AUTHORITY
    openssl req -newkey rsa:2048 -nodes -keyout "$work/$1.key" -out "$work/$1.csr" -subj "/CN=$2"
    printf 'subjectAltName=DNS:%s\n' "$2" >"$work/$1.ext"
    openssl x509 -req -in "$work/$1.csr" -CA "$work/$3.pem" -CAkey "$work/$3.key" -CAcreateserial -days 2 \
        -extfile "$work/$1.ext" -out "$work/$1.pem"
}
{
    for one in ca other; do
        openssl req -x509 -newkey rsa:2048 -nodes -keyout "$work/$one.key" -out "$work/$one.pem" -days 2 \
            -subj "/CN=$one of the test"
    done
    certificate server receiver.example.org ca
    certificate client tocsin.example.org ca
} 2>"$work/openssl.log" || skip "openssl makes no certificates: $(tail -n 1 "$work/openssl.log")"

# shellcheck disable=SC2046 # words
set -- $(python3 "$here/check_receivers.py" ports 9)
r_port=$1 r_tls=$2 r_raw=$3 s_port=$4 s_tls=$5 k_r_tcp=$6 k_r_tls=$7 k_s_tcp=$8 k_s_tls=$9

rsyslog_conf() { # FOLDER TCP TLS RAW
    cat <<END
global(workDirectory="$1" maxMessageSize="64k" DefaultNetstreamDriver="ossl"
       DefaultNetstreamDriverCAFile="$work/ca.pem" DefaultNetstreamDriverCertFile="$work/server.pem"
       DefaultNetstreamDriverKeyFile="$work/server.key")
module(load="imudp")
module(load="imtcp")
template(name="record" type="list" option.jsonf="on") {
    property(outname="host" name="hostname" format="jsonf")
    property(outname="app" name="app-name" format="jsonf")
    property(outname="procid" name="procid" format="jsonf")
    property(outname="element" name="structured-data" format="jsonf")
    property(outname="msg" name="msg" format="jsonf")
}
template(name="raw" type="list" option.jsonf="on") { property(outname="raw" name="rawmsg" format="jsonf") }
ruleset(name="udp") { action(type="omfile" file="$1/rsyslog-udp" template="record") }
ruleset(name="tcp") { action(type="omfile" file="$1/rsyslog-tcp" template="record") }
ruleset(name="tls") { action(type="omfile" file="$1/rsyslog-tls" template="record") }
ruleset(name="raw") { action(type="omfile" file="$1/rsyslog-raw" template="raw") }
input(type="imudp" address="127.0.0.1" port="$2" ruleset="udp")
input(type="imtcp" address="127.0.0.1" port="$2" ruleset="tcp")
input(type="imtcp" address="127.0.0.1" port="$3" ruleset="tls" StreamDriver.Name="ossl" StreamDriver.Mode="1"
      StreamDriver.AuthMode="x509/certvalid")
END
    [ -z "$4" ] || echo "input(type=\"imtcp\" address=\"127.0.0.1\" port=\"$4\" ruleset=\"raw\")"
}
syslog_ng_conf() { # FOLDER TCP TLS
    cat <<END
@version: 3.35
options { keep-hostname(yes); stats-freq(0); };
source udp { syslog(ip("127.0.0.1") port($2) transport("udp")); };
source tcp { syslog(ip("127.0.0.1") port($2) transport("tcp")); };
source tls { syslog(ip("127.0.0.1") port($3) transport("tls") tls(ca-file("$work/ca.pem") key-file("$work/server.key")
    cert-file("$work/server.pem") peer-verify(required-trusted))); };
template record {
    template("\$(format-json host=\$HOST app=\$PROGRAM procid=\$PID msg=\$MESSAGE --key .SDATA.*)\n");
};
destination udp { file("$1/syslog-ng-udp" template(record)); };
destination tcp { file("$1/syslog-ng-tcp" template(record)); };
destination tls { file("$1/syslog-ng-tls" template(record)); };
log { source(udp); destination(udp); };
log { source(tcp); destination(tcp); };
log { source(tls); destination(tls); };
END
}

# prepare FOLDER KIND TCP TLS RAW: a configuration there, and in $command what starts the daemon with it
prepare() {
    mkdir -p "$1"
    if [ "$2" = rsyslog ]; then
        rsyslog_conf "$1" "$3" "$4" "$5" >"$1/rsyslog.conf"
        modules=$(dirname "$(find "$folder/rsyslog" -name imtcp.so)"):$(dirname "$(find "$folder/rsyslog-openssl" -name lmnsd_ossl.so)")
        command="env LD_LIBRARY_PATH=$(libraries rsyslog) $folder/rsyslog/usr/sbin/rsyslogd -n -M $modules -f $1/rsyslog.conf -i $1/pid"
    else
        syslog_ng_conf "$1" "$3" "$4" >"$1/syslog-ng.conf"
        modules=$(dirname "$(find "$folder/syslog-ng" -name libafsocket.so)")
        command="env LD_LIBRARY_PATH=$(libraries syslog-ng) $folder/syslog-ng/usr/sbin/syslog-ng -F --no-caps --module-path $modules -f $1/syslog-ng.conf --persist-file $1/persist --control $1/control --pidfile $1/pid"
    fi
}

prepare "$work" rsyslog "$r_port" "$r_tls" "$r_raw"
$command >"$work/rsyslog.log" 2>&1 &
servers="$servers $!"
prepare "$work" syslog-ng "$s_port" "$s_tls" ""
$command >"$work/syslog-ng.log" 2>&1 &
servers="$servers $!"

status=0
python3 "$here/check_send.py" fields "$work" "$sender" "$count" "rsyslog=$r_port,$r_tls" "syslog-ng=$s_port,$s_tls" ||
    status=1
if timeout 90 python3 -m pip install -q --target "$work/pycef" pycef==1.11 >"$work/pip.log" 2>&1; then
    python3 "$here/check_send.py" cef "$work" "$sender" "$count" "$r_raw" "$work/pycef" || status=1
else
    echo "cef: not read by pycef, which cannot be had here"
fi

# killed NAME TRANSPORT TCP TLS: one that is killed again and again
killed() {
    place=$work/$1-$2-killed
    prepare "$place" "$1" "$3" "$4" ""
    cp "$work/ca.pem" "$work/client.pem" "$work/client.key" "$place"
    port=$3
    [ "$2" = tcp ] || port=$4
    # shellcheck disable=SC2086 # words
    python3 "$here/check_send.py" kills "$place" "$sender" $((kills * 60)) "$kills" "$1" "$2" \
        "$2://127.0.0.1:$port" $command || status=1
}
killed rsyslog tcp "$k_r_tcp" "$k_r_tls"
killed rsyslog tls "$k_r_tcp" "$k_r_tls"
killed syslog-ng tcp "$k_s_tcp" "$k_s_tls"
killed syslog-ng tls "$k_s_tcp" "$k_s_tls"

[ "$status" -eq 0 ] || tail -n 5 "$work/rsyslog.log" "$work/syslog-ng.log"
exit "$status"
