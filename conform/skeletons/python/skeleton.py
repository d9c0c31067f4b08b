#!/usr/bin/env python3
"""An adapter for tcpcheck conform in Python: the line format of conform/PROTOCOL.md.

Replace the class Stack by calls of your own stack. The one here has no sockets, so that it is
always in CLOSED: it refuses every call, and resets every segment (RFC 9293 §3.10.7.1).

    tcpcheck conform --no-adapter-check --pairs '^CLOSED: ' --steps 0 --exec python3 skeleton.py
"""

import struct
import sys

# NAME VERSION virtual|real tells|silent: one word each. Ask your stack for its version.
HELLO = "hello skeleton 0 virtual tells"

CALLS = ("listen", "connect", "send", "receive", "close", "release", "abort")
FIN, SYN, RST, ACK = 1, 2, 4, 16


class Stack:
    """Collects in self.lines what it does: packet, signal, text and error lines."""

    def reset(self, local, remote):
        """Forgets everything. local and remote are (address, port): yours and the harness's."""
        self.local, self.remote = local, remote

    def call(self, name, n):
        """Carries out a call of the user, or answers error and changes nothing."""
        # send: octets i mod 251 for i from the number of octets sent so far; all n of them, or error
        # receive: self.lines.append("text " + data.hex()), if there is data
        self.lines.append("error ENOTCONN")

    def packet(self, data):
        """An IP packet arrives."""
        segment = data[20:]  # an IPv4 header without options
        if checksum(data[12:20] + struct.pack("!BBH", 0, 6, len(segment)) + segment):
            return  # a wrong checksum
        seq, ack = struct.unpack("!II", segment[4:12])
        flags = segment[13]
        if flags & RST:
            return
        if flags & ACK:
            self.send(ack, 0, RST)
        else:
            length = len(segment) - segment[12] // 16 * 4 + bool(flags & SYN) + bool(flags & FIN)
            self.send(0, (seq + length) % 2**32, RST | ACK)

    def sleep(self, microseconds):
        """Time passes. What a timer sends is told with the time since the request."""

    def state(self):
        """The state of the connection in the words of RFC 9293, or "gone" for CLOSED."""
        return "gone"

    def send(self, seq, ack, flags, after=0):
        """Sends a segment without data."""
        (src, sport), (dst, dport) = self.local, self.remote
        tcp = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 5 << 4, flags, 0, 0, 0)
        pseudo = src + dst + struct.pack("!BBH", 0, 6, len(tcp))
        tcp = tcp[:16] + struct.pack("!H", checksum(pseudo + tcp)) + tcp[18:]
        ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(tcp), 0, 0, 64, 6, 0, src, dst)
        ip = ip[:10] + struct.pack("!H", checksum(ip)) + ip[12:]
        self.lines.append(f"packet {after} {(ip + tcp).hex()}")


def checksum(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total ^ 0xFFFF


def socket(text):
    address, _, port = text.rpartition(":")
    return bytes(int(n) for n in address.split(".")), int(port)


def answer(stack, line):
    """The lines that answer a request."""
    word, _, rest = line.partition(" ")
    if word == "hello":
        return [HELLO, "done"]
    stack.lines = []
    if word == "reset":
        local, remote = rest.split(" ")
        if "[" in rest:  # IPv6
            return ["error EAFNOSUPPORT", "done gone"]
        stack.reset(socket(local), socket(remote))
    elif word == "packet":
        stack.packet(bytes.fromhex(rest))
    elif word == "sleep":
        stack.sleep(int(rest))
    elif word in CALLS:
        stack.call(word, int(rest or 0))
    else:
        sys.exit(f"found the request {line!r}, expected one of PROTOCOL.md")
    return stack.lines + ["done " + stack.state()]


def main():
    stack = Stack()
    for line in sys.stdin:
        print("\n".join(answer(stack, line.rstrip("\n"))), flush=True)


main()
