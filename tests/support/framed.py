"""A receiver of syslog over TCP with a length before each message (RFC 6587 3.4.1), for tests that break what sends."""
import socket
import threading
import time


class Framed(threading.Thread):
    """Takes messages from whoever comes, and remembers in `came` when each came; one that was cut off did not."""

    def __init__(self):
        super().__init__(daemon=True)
        self.server = socket.create_server(("127.0.0.1", 0))
        self.port, self.came = self.server.getsockname()[1], []

    def run(self):
        while True:
            peer, _ = self.server.accept()
            threading.Thread(target=self.serve, args=(peer,), daemon=True).start()

    def serve(self, peer):
        data = b""
        try:
            while some := peer.recv(1 << 16):
                data = self.take(data + some)
        except OSError:
            pass
        peer.close()

    def take(self, data):
        while (space := data.find(b" ", 0, 10)) > 0 and len(data) > space + int(data[:space]):
            end = space + 1 + int(data[:space])
            self.came.append((time.monotonic(), data[space + 1:end].decode()))
            data = data[end:]
        return data

    def texts(self):
        return [text for _, text in self.came]
