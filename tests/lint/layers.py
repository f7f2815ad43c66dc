#!/usr/bin/env python3
"""Refuses an include, or a word, that goes the wrong way through the house (docs/architecture.md).

Our headers: by folder, in quotes, from the root. Every other header has its places: whatever is not listed
is refused, so a new library, a thread or a file read where none belongs is a decision that is written down
here. A place that is not used any more is refused too. Of what needs no header of its own (atomics of the
compiler, files of stdio, clocks), the words are looked for.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]

# folder -> folders whose headers it may include (itself is always allowed)
BASE = ["parsers/base"]
EVENT = BASE + ["parsers/event"]
FORMAT = EVENT + ["parsers"]
ALLOWED = {
    "parsers/base": BASE,
    "parsers/event": EVENT,
    "parsers": FORMAT + ["parsers/text", "parsers/open", "parsers/windows"],
    "parsers/audit": FORMAT + ["parsers/text", "parsers/open", "parsers/windows"],
    "parsers/text": FORMAT + ["parsers/open"],
    "parsers/envelope": FORMAT + ["parsers/open", "parsers/text"],
    "parsers/open": FORMAT,
    "parsers/windows": FORMAT + ["parsers/open"],
    # Packets: from the bytes of a capture to events of the other formats' kinds.
    "parsers/packet": FORMAT,
    # Mail servers: what their messages say, whoever carries them.
    "parsers/mail": FORMAT + ["parsers/open", "parsers/text", "parsers/windows"],
    "detector": EVENT,
    "detector/enrich": FORMAT + ["detector"],
    "detector/sigma": FORMAT + ["detector"],
    "detector/output": FORMAT + ["detector"],
    "detector/input": FORMAT + ["detector", "parsers/packet"],
    # Files as they grow: bytes alone, and what unpacks them.
    "detector/follow": BASE + ["detector/input"],
    # Order, and memory within bounds: what waits for its turn, tables that forget, all of it to be saved.
    "detector/memory": BASE + ["detector", "detector/enrich", "detector/sigma"],
    "detector/derive": EVENT + ["detector", "detector/enrich", "detector/memory"],
    "detector/correlate": BASE + ["detector", "detector/sigma", "detector/memory"],
    "detector/incident": BASE + ["detector", "detector/enrich", "detector/memory"],
    # What is asked about a scan: looks at what the ordered stage sees and knows, and words the answer.
    "detector/inquire": BASE + ["detector", "detector/enrich", "detector/sigma", "detector/memory", "detector/derive",
                                "detector/correlate", "detector/output"],
    # What lasts: bytes, keys and ids, whatever they mean.
    "detector/store": BASE,
    # Takes in what agents send: peers, frames and bytes, whatever a record means.
    # An interface's packets, and the interface itself: by a process that gives up everything else.
    "detector/receive": BASE + ["parsers/packet", "detector/capture"],
    "detector/capture": BASE + ["detector/guard"],
    # Carries to receivers what the outputs have worded: all that this program has of a network.
    "detector/send": BASE + ["detector", "detector/output"],
    # What the process may still do: paths and calls, whatever they are for.
    "detector/guard": BASE,
    # What was asked for: the table of options, the configuration, the rules that they name.
    "detector/settings": BASE + ["detector", "detector/enrich", "detector/input", "detector/output", "detector/receive",
                                 "detector/sigma"],
    # From sources to judged observations: workers, and the ordered stage that all of them lead to.
    "detector/pipeline": FORMAT + ["detector", "detector/enrich", "detector/sigma", "detector/output", "detector/input",
                                   "detector/memory", "detector/derive", "detector/correlate", "detector/incident",
                                   "detector/inquire", "detector/settings"],
    # What was read, what could be seen in it, and what it comes to.
    "detector/report": BASE + ["detector", "detector/input", "detector/sigma", "detector/derive", "detector/settings",
                               "detector/pipeline"],
    # A run that goes on: sources that grow, the clock, what is kept on disk, receivers, who works with it.
    "detector/live": BASE + ["detector", "detector/enrich", "detector/output", "detector/input", "detector/memory",
                             "detector/derive", "detector/incident", "detector/follow", "detector/store", "detector/send", "detector/receive",
                             "detector/settings", "detector/pipeline"],
    "detector/app": FORMAT + ["parsers/text", "parsers/open", "parsers/windows", "detector", "detector/enrich",
                              "detector/sigma", "detector/output", "detector/input", "detector/memory",
                              "detector/derive", "detector/correlate", "detector/inquire", "detector/follow",
                              "detector/store", "detector/send", "detector/receive", "detector/capture", "detector/guard", "detector/settings", "detector/pipeline",
                              "detector/report", "detector/live"],
}

# Headers of the language that can do no harm.
HARMLESS = {"ctype.h", "emmintrin.h", "errno.h", "float.h", "inttypes.h", "math.h", "stdarg.h", "stdbool.h",
            "stddef.h", "stdint.h", "stdio.h", "stdlib.h", "string.h", "time.h"}
# header -> its places: files, or folders ("/" behind). A library stands in one file.
# A run: threads and what they share, files that it writes and that are asked for.
RUNNING = ["detector/pipeline/", "detector/live/", "detector/app/"]
FILES = ["detector/app/", "detector/live/", "detector/report/outlet.c", "detector/settings/file.c", "detector/input/",
         "detector/store/", "detector/memory/nameless.c"]
# A mount that hangs must hang nobody: each has a thread of its own, so follow has a lock and threads.
FOLLOW = "detector/follow/"
# Readers on different threads share the walker through an archive: one takes it, others make their own.
NEST = ["detector/input/nest.h", "detector/input/nest.c"]
RULE_FILES = ["detector/sigma/ruleset_files.c"]
RULE_FOLDERS = ["detector/sigma/paths.c"]
SOCKETS = ["detector/output/sender_syslog.c"]
SEND = "detector/send/"
# One thread for all inputs, so that it may wait for peers; the lock is the whole layer's.
RECEIVE = "detector/receive/"
RECEIVE_SOCKETS = [RECEIVE + "conn.c", RECEIVE + "loop.c", RECEIVE + "port.c"]
# A thread for each receiver, because one that hangs must stall nobody else; one for a question to a name
# server, because getaddrinfo cannot be interrupted.
SEND_THREADS = [SEND + "dispatch.c", SEND + "dispatch_counts.c", SEND + "dispatch_thread.c", SEND + "dispatch_thread.h",
                SEND + "resolve.c"]
SEND_HOOK = [SEND + "hook.c", SEND + "hook_helper.c"]
GUARD = "detector/guard/"
CAPTURE = "detector/capture/"
PLACES = {
    "archive.h": ["detector/input/library.c"],
    "archive_entry.h": ["detector/input/library.c"],
    "arpa/inet.h": ["detector/enrich/geo.c", SEND + "transport_tls.c"],
    "curl/curl.h": [SEND + "transport_webhook.c"],
    "dirent.h": ["detector/input/", "detector/store/folder.c", *RULE_FOLDERS, "detector/follow/listing.c"],
    "fcntl.h": [CAPTURE, *FILES, *RULE_FILES, SEND, FOLLOW, GUARD],
    "getopt.h": ["detector/settings/options.c"],
    "linux/audit.h": [GUARD],
    "linux/capability.h": [GUARD],
    "linux/filter.h": [GUARD],
    "linux/landlock.h": [GUARD],
    "linux/seccomp.h": [GUARD],
    "linux/sockios.h": [SEND + "stream.c"],
    "grp.h": [CAPTURE],
    "iconv.h": ["detector/enrich/charset.c", "parsers/packet/mail_words.c"],
    "isa-l/igzip_lib.h": ["detector/input/gunzip_isal.c"],
    "maxminddb.h": ["detector/enrich/geo.c"],
    "netdb.h": [SEND + "resolve.h", RECEIVE + "port.c"],
    "netinet/in.h": ["detector/enrich/geo.c", SEND + "connect.c"],
    "netinet/tcp.h": [SEND + "connect.c"],
    "openssl/err.h": [SEND + "transport_tls.c", RECEIVE + "tls.c"],
    "openssl/evp.h": ["detector/input/digest.c", SEND + "hmac.c"],
    "openssl/hmac.h": [SEND + "hmac.c"],
    "openssl/ssl.h": [SEND + "transport_tls.c", RECEIVE + "tls.c"],
    "openssl/x509v3.h": [SEND + "transport_tls.c"],
    "pcap/pcap.h": [CAPTURE + "tap_process.c"],
    "pcre2.h": ["detector/sigma/regex.c"],
    "poll.h": [CAPTURE, "detector/input/", *SOCKETS, SEND, "detector/follow/bell.c", RECEIVE + "conn.c", RECEIVE + "loop.c"],
    "pthread.h": [*RUNNING, "detector/follow/state.h", RECEIVE + "state.h",
                  *(place for place in SEND_THREADS if place.endswith(("dispatch_thread.h", "resolve.c")))],
    "sanitizer/asan_interface.h": ["parsers/base/poison.h"],
    "signal.h": [CAPTURE, "detector/app/program.c", "detector/app/interrupt.h", "detector/app/watch_signals.h",
                  SEND + "dispatch_thread.c", SEND + "hook_helper.c", "detector/follow/lane.c"],
    "sqlite3.h": ["detector/store/sql.c"],
    "stdatomic.h": [*RUNNING, "detector/input/state.h", *NEST, "parsers/base/alloc.c",
                    "parsers/event/schema.c"],
    "sys/eventfd.h": [SEND + "dispatch.c", SEND + "resolve.c", "detector/follow/bell.c", RECEIVE + "receive.c"],
    "sys/file.h": ["detector/app/state_file.c", "detector/store/folder.c"],
    "sys/inotify.h": ["detector/follow/life.c", "detector/follow/walk.c"],
    "sys/ioctl.h": ["detector/report/terminal.c", SEND + "stream.c", GUARD],
    "sys/mman.h": ["detector/memory/pool.c", SEND + "transport_journald.c"],
    "sys/prctl.h": [CAPTURE, SEND + "hook_helper.c", GUARD],
    "sys/random.h": ["parsers/base/hash.c"],
    "sys/resource.h": ["detector/report/stats.c", SEND + "hook_helper.c"],
    "sys/socket.h": [CAPTURE, *SOCKETS, SEND, "detector/live/notify.c", "detector/live/control_address.h", *RECEIVE_SOCKETS, GUARD],
    "sys/stat.h": [*RUNNING, "detector/report/outlet.c", "detector/settings/expand_lists.c", "detector/input/",
                   "detector/store/folder.c", *RULE_FOLDERS, SEND, FOLLOW, GUARD, RECEIVE + "port.c"],
    "sys/statvfs.h": ["detector/memory/nameless.c", "detector/live/figures.c"],
    "sys/syscall.h": [GUARD],
    "sys/time.h": ["detector/live/control_client.c"],
    "sys/un.h": [*SOCKETS, SEND + "connect.c", "detector/live/notify.c", "detector/live/control_address.h",
                 RECEIVE + "port.c"],
    "sys/types.h": [CAPTURE + "tap.h"],
    "sys/vfs.h": ["detector/store/folder.c", "detector/follow/walk.c"],
    "sys/wait.h": [CAPTURE, *SEND_HOOK],
    "unistd.h": [CAPTURE, *FILES, *RUNNING[:1], "detector/report/terminal.c", "detector/settings/config_show.c",
                 *RULE_FILES, *SOCKETS, "detector/memory/spill.c", SEND, FOLLOW, GUARD,
                 *RECEIVE_SOCKETS, RECEIVE + "bell.c", RECEIVE + "packets.c", RECEIVE + "receive.c"],
    "utf8proc.h": ["parsers/base/utf8_fold.c"],
    "yaml.h": ["detector/sigma/yaml_tree.c"],
    "zlib.h": ["detector/input/gunzip_zlib.c", RECEIVE + "lumberjack.c"],
    "lzma.h": ["detector/input/unxz.c"],
    "zstd.h": ["detector/input/unzstd.c"],
    "zstd_errors.h": ["detector/input/unzstd.c"],
}
# what needs no header -> (words, below which folders they are looked for, places)
WORDS = {
    "threads": (re.compile(r"\b(?:pthread_\w+|thrd_\w+|mtx_\w+|cnd_\w+|_Thread_local|__thread|_Atomic|atomic_\w+|"
                           r"memory_order_\w+|__atomic_\w+|__sync_\w+)\b"), ("parsers/", "detector/"),
                [*PLACES["stdatomic.h"], *SEND_THREADS, FOLLOW, RECEIVE]),
    "files": (re.compile(r"\b(?:FILE|stdin|stdout|stderr|perror|popen|(?:f|fd|fre)open|tmpfile|getline|getdelim|"
                         r"(?<!format\()[fd]?(?:printf|scanf)|vf?printf|f?(?:puts|gets)|f(?:read|write)|[fg]etc|f?putc(?:har)?)\b|"
                         r"\b(?:system|getenv)\s*\("), ("parsers/",), ["parsers/base/status.c"]),
    "clocks": (re.compile(r"\b(?:clock_gettime|gettimeofday|timespec_get|clock)\s*\(|(?<![\w.>])time\s*\((?:NULL|&)"),
               ("parsers/", "detector/"), [*RUNNING, "detector/report/stats.c", "parsers/base/hash.c", SEND + "clock_machine.c"]),
}

DIRECTIVE = re.compile(r"^\s*#\s*(?:include|include_next|import)\b(.*)")
INCLUDE = re.compile(r'^\s+(?:"([^"]+)"|<([^>]+)>)\s*$')
QUIET = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])+\'', re.S)
OURS = ("parsers/", "detector/", "tests/", "rules/")


def folder_of(name):
    return str(pathlib.PurePosixPath(name).parent)


def stands_in(name, places):
    """The place of the list that the file is or is in; None if there is none."""
    return next((place for place in places if name == place or place.endswith("/") and name.startswith(place)), None)


def include_problem(name, ours, theirs, used):
    if ours is None and theirs is None:
        return "an include that is neither \"...\" nor <...>"
    if ours is not None:
        folder = folder_of(name)
        return None if folder_of(ours) in ALLOWED.get(folder, []) + [folder] else f"{folder} must not include {ours}"
    if theirs.startswith(OURS) or (ROOT / theirs).exists():
        return f"our own {theirs} stands in quotes"
    if theirs in HARMLESS:
        return None
    if theirs not in PLACES:
        return f"<{theirs}> has no place in the house"
    place = stands_in(name, PLACES[theirs])
    used.add((theirs, place))
    return None if place else f"<{theirs}> belongs to {', '.join(PLACES[theirs])}"


def problems_of(name, text, used):
    """What is wrong in a file; notes in `used` which (header or word, place) it needs."""
    for number, line in enumerate(text.splitlines(), 1):
        directive = DIRECTIVE.match(line)
        if directive is None:
            continue
        include = INCLUDE.match(re.sub(r"/\*.*?\*/|//.*", "", directive.group(1)))
        problem = include_problem(name, *(include.groups() if include else (None, None)), used)
        if problem:
            yield f"{name}:{number}: {problem}"
    code = QUIET.sub(lambda match: "\n" * match.group().count("\n"), text)
    for what, (words, folders, places) in WORDS.items():
        if not name.startswith(folders):
            continue
        for number, line in enumerate(code.splitlines(), 1):
            match = None if DIRECTIVE.match(line) or line.startswith("#pragma") else words.search(line)
            if match is None:
                continue
            place = stands_in(name, places)
            used.add((what, place))
            if place is None:
                yield f"{name}:{number}: no {what} in {folder_of(name)}: {match.group().rstrip(' (')}"


def unused(used):
    """Places that nobody needs any more."""
    listed = {header: places for header, places in PLACES.items()}
    listed.update({what: row[2] for what, row in WORDS.items()})
    for what, places in sorted(listed.items()):
        yield from (f"layers.py: {place} does not need {what} any more" for place in places
                    if (what, place) not in used)


SOUND = {
    "detector/output/x.c": '#include "detector/output/x.h"\n#include <math.h>\nint f(void) { return printf("%d", 1); }\n',
    "parsers/base/x.c": '/* FILE, pthread_create */\nstatic const char *s = "stdout";\nx->time(NULL);\n',
    "detector/app/x.c": "#include <pthread.h>\n#include <unistd.h>\nstatic atomic_bool stop;\ntime(NULL);\n",
}
UNSOUND = [
    ("parsers/base/x.c", "#include <detector/alert.h>\n"),
    ("parsers/base/x.c", '#include "detector/alert.h"\n'),
    ("parsers/text/x.c", '#include "parsers/windows/windows_xml.h"\n'),
    ("detector/output/x.c", '#include "x.h"\n'),
    ("detector/output/x.c", '#include "../app/run.h"\n'),
    ("detector/pipeline/x.c", '#include "detector/live/live_stage.h"\n'),
    ("detector/report/x.c", '#include "detector/app/command.h"\n'),
    ("detector/settings/x.c", "#include <pthread.h>\n"),
    ("detector/output/x.c", "#include HEADER\n"),
    ("detector/output/x.c", "# include_next <unistd.h>\n"),
    ("detector/output/x.c", "#include /* here */ <pthread.h> // so\n"),
    ("detector/correlate/x.c", "#include <threads.h>\n"),
    ("detector/sigma/x.c", "#include <stdatomic.h>\n"),
    ("detector/sigma/x.c", "static _Atomic int n;\n"),
    ("detector/sigma/x.c", "__sync_fetch_and_add(&n, 1);\n"),
    ("parsers/text/x.c", "#include <unistd.h>\n"),
    ("parsers/text/x.c", "#include <sys/stat.h>\n"),
    ("parsers/text/x.c", "#include <fcntl.h>\n"),
    ("parsers/open/x.c", 'FILE *f = fopen("x", "r");\n'),
    ("parsers/open/x.c", 'fputs("x", stderr);\n'),
    ("parsers/open/x.c", 'printf("x");\n'),
    ("parsers/open/x.c", 'const char *home = getenv("HOME");\n'),
    ("detector/sigma/x.c", "#include <zlib.h>\n"),
    ("detector/input/x.c", "#include <zlib.h>\n"),
    ("detector/input/x.c", "#include <sqlite3.h>\n"),
    ("detector/output/x.c", "clock_gettime(CLOCK_REALTIME, &now);\n"),
    ("detector/correlate/x.c", "time_t now = time(NULL);\n"),
]


def look_at_itself():
    for name, text in SOUND.items():
        for problem in problems_of(name, text, set()):
            sys.exit(f"layers: would refuse what is sound: {problem}")
    for name, text in UNSOUND:
        if not list(problems_of(name, text, set())):
            sys.exit(f"layers: would not see, in {name}: {text}")


def main():
    look_at_itself()
    used, problems = set(), []
    for top in ("parsers", "detector"):
        for path in sorted((ROOT / top).rglob("*")):
            if path.suffix in (".c", ".h", ".def"):
                problems += problems_of(str(path.relative_to(ROOT)), path.read_text(encoding="utf-8"), used)
    problems += unused(used)
    print("\n".join(problems), end="\n" if problems else "")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
