"""The logs that are measured: made by tocsin-corpus, kept below build/bench between runs."""
import dataclasses
import hashlib
import pathlib
import subprocess

UNITS = {"K": 10**3, "M": 10**6, "G": 10**9}
BLOCK = 1 << 20


def size_of(text):
    """"500M" in bytes: thousands, not powers of two, as MB/s are counted."""
    unit = UNITS.get(text[-1:].upper(), 1)
    return int(text[:-1] if unit > 1 else text) * unit


@dataclasses.dataclass(frozen=True)
class Corpus:
    kind: str
    path: pathlib.Path
    bytes: int
    lines: int
    files: tuple  # itself, or what lies in the folder


def _blocks(path):
    with open(path, "rb", buffering=0) as file:
        while block := file.read(BLOCK):
            yield block


def warm(corpus):
    """Reads all once, so that no run waits for the disk."""
    for file in corpus.files:
        for _ in _blocks(file):
            pass


def _corpus(kind, path):
    files = tuple(sorted(path.iterdir())) if path.is_dir() else (path,)
    lines = sum(block.count(b"\n") for file in files for block in _blocks(file))
    return Corpus(kind, path, sum(file.stat().st_size for file in files), lines, files)


def _is_fresh(path, stamp):
    """Was it made by this very program with these options?"""
    note = path.with_suffix(".made")
    return path.exists() and note.exists() and note.read_text() == stamp


def _made(path, stamp):
    path.with_suffix(".made").write_text(stamp)


def make(generator, folder, kind, size, seed):
    """One file of that size."""
    options = [kind, "--seed", str(seed), "--bytes", str(size_of(size))]
    return _make(generator, folder / f"{kind}-{size}.log", kind, options)


def make_folder(generator, folder, kind, mailboxes, seed):
    """Logs of several kinds with so many mailboxes in them."""
    options = [kind, "--seed", str(seed), "--mailboxes", str(mailboxes)]
    return _make(generator, folder / f"{kind}-{mailboxes}", kind, options)


def _make(generator, path, kind, options):
    stamp = hashlib.sha256(generator.read_bytes()).hexdigest() + " " + " ".join(options)
    if not _is_fresh(path, stamp):
        subprocess.run([generator, *options, "--out", path], check=True)
        _made(path, stamp)
    return _corpus(kind, path)


def _copy_lines(source, target, size):
    """In blocks: what this script holds in memory would count as that of its children."""
    with open(target, "wb") as file:
        for block in _blocks(source):
            if size <= len(block):
                file.write(block[:block.rfind(b"\n", 0, size) + 1])
                return
            file.write(block)
            size -= len(block)


def cut(corpus, size):
    """The first whole lines of a corpus, for tools that need long or much memory."""
    path = corpus.path.with_name(f"{corpus.kind}-first-{size}.log")
    stamp = f"{corpus.path.with_suffix('.made').read_text()} cut {size}"
    if not _is_fresh(path, stamp):
        _copy_lines(corpus.path, path, size_of(size))
        _made(path, stamp)
    return _corpus(corpus.kind, path)
