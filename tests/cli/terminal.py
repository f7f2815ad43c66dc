"""A terminal of the test's own: what a person would see of standard error, with a signal on the way."""
import os
import pty
import subprocess
import threading
import time

from harness import TOCSIN


def read_all(descriptor, into):
    try:
        while chunk := os.read(descriptor, 65536):
            into.append(chunk)
    except OSError:
        pass  # the other side is closed


def on_terminal(*arguments, env=None, until=None, signal=None, stdout_too=False, stdin=None):
    """Runs tocsin with standard error (and output) on a terminal. Sends the signal as soon as `until` (bytes)
    was seen there. Returns the exit status and what came."""
    master, slave = pty.openpty()
    environment = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "CLICOLOR_FORCE")}
    environment.update({"LC_ALL": "C.UTF-8", "COLUMNS": "80", "TERM": "xterm", **(env or {})})
    child = subprocess.Popen([TOCSIN, *map(str, arguments)], stderr=slave, env=environment,
                             stdout=slave if stdout_too else subprocess.DEVNULL, stdin=stdin)
    os.close(slave)
    chunks = []
    reader = threading.Thread(target=read_all, args=(master, chunks))
    reader.start()
    deadline = time.monotonic() + 60
    while until is not None and until not in b"".join(chunks) and time.monotonic() < deadline:
        if child.poll() is not None:
            break
        time.sleep(0.01)
    if signal is not None and child.poll() is None:
        child.send_signal(signal)
    child.wait(timeout=120)
    reader.join(timeout=60)
    os.close(master)
    return child.returncode, b"".join(chunks).decode("utf-8", "replace")
