"""A megabyte there and another back over one TCP connection; says how much came and its MD5.
usage: transfer.py SEED ADDRESS [listen]    the megabyte sent is made from SEED"""
import hashlib
import socket
import sys
import threading
import time

seed, address = sys.argv[1:3]
blob = hashlib.shake_256(seed.encode()).digest(1 << 20)


def connected():
    if len(sys.argv) > 3:
        return socket.create_server((address, 7000)).accept()[0]
    deadline = time.monotonic() + 10
    while True:
        try:
            return socket.create_connection((address, 7000), 10)
        except OSError:
            # The other side may not listen yet.
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def send():
    peer.sendall(blob)
    peer.shutdown(socket.SHUT_WR)


peer = connected()
peer.settimeout(20)
sender = threading.Thread(target=send)
sender.start()
got = b"".join(iter(lambda: peer.recv(65536), b""))
sender.join()
print(len(got), hashlib.md5(got).hexdigest())
