#!/usr/bin/env python3
"""Measures tocsin on a capture of packets beside tshark, ndpiReader and tcpdump, in the same run.

Wants the folder of captures beside this tree, else takes those in pcaps/. CPU seconds count, so that what else
happens on the machine matters little. What is not installed is left out, and said."""
import argparse
import pathlib
import resource
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
import corpora  # noqa: E402
import mixture  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIELDS = ("frame.time_epoch", "ip.src", "ip.dst", "smtp.req.command", "imf.subject", "imap.request.username",
          "http.request.uri", "urlencoded-form.value", "ntlmssp.auth.username", "kerberos.CNameString",
          "kpasswd.version", "ldap.object", "dcerpc.opnum", "tls.handshake.extensions_server_name",
          "tls.handshake.ja3")
GOALS = {"tshark": 20.0, "ndpiReader": 1.0}
GOAL_MB = 400


def commands(tocsin, path):
    fields = [word for field in FIELDS for word in ("-e", field)]
    return {"tocsin": [tocsin, "scan", "-q", "-f", "json", "--jobs", "1", path],
            "tshark": ["tshark", "-n", "-o", "tcp.reassemble_out_of_order:TRUE", "-r", path, "-T", "fields", "-E",
                       "occurrence=a", *fields],
            "ndpiReader": ["ndpiReader", "-q", "-i", path],
            "tcpdump": ["tcpdump", "-r", path, "-w", "/dev/null"]}


def cost(words):
    """CPU seconds."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(list(map(str, words)), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in (0, 1, 3):  # 3: so many connections at once that some gave way
        raise SystemExit(f"{words[0]}: exit {done.returncode}")
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default="build/release", help="where tocsin lies")
    parser.add_argument("--size", default="300M", help="of the capture (default 300M)")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each, the quickest counts (default 3)")
    options = parser.parse_args()
    folder = options.build / "bench"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"packets-{options.size}.pcap"
    sources = [place for place in (ROOT.parent / "shared/captures", ROOT / "pcaps") if place.is_dir()]
    count = mixture.make(path, sources, corpora.size_of(options.size))
    megabytes = path.stat().st_size / 1e6
    print(f"packets: {megabytes:.0f} MB, {count} packets of {megabytes * 1e6 / count:.0f} bytes on average")
    costs = {}
    for name, words in commands((options.build / "tocsin").resolve(), path).items():
        if name != "tocsin" and shutil.which(name) is None:
            print(f"  {name:<12}left out: it is not installed")
            continue
        costs[name] = min(cost(words) for _ in range(1 if name == "tshark" else options.rounds))
        print(f"  {name:<12}{costs[name]:>8.2f} CPU s{megabytes / costs[name]:>10.1f} MB/s"
              f"{count / costs[name] / 1e3:>10.0f} packets/ms{costs[name] / costs['tocsin']:>10.2f} x tocsin")
    for name, goal in GOALS.items():
        if name in costs:
            ratio = costs[name] / costs["tocsin"]
            print(f"  {'met' if ratio >= goal else 'not met'}: {ratio:.1f} times {name}, goal {goal:g}")
    speed = megabytes / costs["tocsin"]
    print(f"  {'met' if speed >= GOAL_MB else 'not met'}: {speed:.0f} MB/s of CPU, goal {GOAL_MB}")


if __name__ == "__main__":
    main()
