"""A Lumberjack 2 client, as Beats speak it: windows of events, plain or compressed, and acknowledgements.

Written after the protocol's description: 2W COUNT, then COUNT of 2J SEQUENCE LENGTH JSON, perhaps in frames 2C
LENGTH ZLIB; the other side answers 2A SEQUENCE, 0 while it works.
"""
import json
import socket
import ssl
import struct
import zlib


def data_frame(sequence, event):
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    return b"2J" + struct.pack(">II", sequence, len(body)) + body


def window(events, compress=0):
    """One window as bytes; `compress`: zlib's level."""
    frames = b"".join(data_frame(number, event) for number, event in enumerate(events, 1))
    if compress:
        packed = zlib.compress(frames, compress)
        frames = b"2C" + struct.pack(">I", len(packed)) + packed
    return b"2W" + struct.pack(">I", len(events)) + frames


def tls_context(ca, certificate=None, key=None):
    context = ssl.create_default_context(cafile=str(ca))
    context.check_hostname = False
    if certificate:
        context.load_cert_chain(str(certificate), str(key))
    return context


class Client:
    """One connection."""

    def __init__(self, port, context=None, timeout=60):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=timeout)
        if context:
            plain = self.socket
            try:
                self.socket = context.wrap_socket(plain, server_hostname="localhost")
            except OSError:
                plain.close()
                raise
        self.alive = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        self.socket.close()

    def send(self, data):
        self.socket.sendall(data)

    def ack(self):
        """The next acknowledgement; 0s are counted and passed over. OSError: the other side went."""
        while True:
            data = b""
            while len(data) < 6:
                some = self.socket.recv(6 - len(data))
                if not some:
                    raise ConnectionError("closed")
                data += some
            if data[:2] != b"2A":
                raise ValueError(f"no acknowledgement: {data!r}")
            sequence = struct.unpack(">I", data[2:])[0]
            if sequence:
                return sequence
            self.alive += 1

    def deliver(self, events, compress=3):
        """A window, and waits until all of it is acknowledged; so many are on the way."""
        self.send(window(events, compress))
        sequence = 0
        while sequence < len(events):
            sequence = self.ack()
        return sequence
