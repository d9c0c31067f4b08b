//! An adapter for tcpcheck conform in Rust: the line format of conform/PROTOCOL.md.
//!
//! Replace the methods of Stack by calls of your own stack. The one here has no sockets, so that it is
//! always in CLOSED: it refuses every call, and resets every segment (RFC 9293 §3.10.7.1).
//!
//!     rustc --edition 2021 skeleton.rs
//!     tcpcheck conform --no-adapter-check --pairs '^CLOSED: ' --steps 0 --exec ./skeleton

use std::io::{self, BufRead, Write};
use std::net::SocketAddrV4;

/// NAME VERSION virtual|real tells|silent: one word each. Take the version from your stack.
const HELLO: &str = "hello skeleton 0 virtual tells\ndone\n";

const FIN: u8 = 1;
const SYN: u8 = 2;
const RST: u8 = 4;
const ACK: u8 = 16;

/// Collects in `said` what it does: packet, signal, text and error lines.
struct Stack {
    local: SocketAddrV4,  // the stack's own
    remote: SocketAddrV4, // the harness's
    said: String,
}

impl Stack {
    /// Forgets everything.
    fn reset(&mut self, local: SocketAddrV4, remote: SocketAddrV4) {
        (self.local, self.remote) = (local, remote);
    }

    /// Carries out a call of the user, or answers error and changes nothing. send: the octets i mod 251 for i from the
    /// number of octets sent so far, all n of them. receive: a line "text HEX", if there is data.
    fn call(&mut self, _name: &str, _n: usize) {
        self.said += "error ENOTCONN\n";
    }

    /// An IP packet arrives.
    fn packet(&mut self, data: &[u8]) {
        let segment = &data[20..]; // an IPv4 header without options
        let number = |at: usize| u32::from_be_bytes(segment[at..at + 4].try_into().unwrap());
        let flags = segment[13];
        if flags & RST != 0 || checksum(&data[12..], 6 + segment.len() as u32) != 0 {
            return; // RFC 9293 answers neither a RST nor a wrong checksum
        }
        if flags & ACK != 0 {
            self.send(number(8), 0, RST);
        } else {
            let text = segment.len() as u32 - u32::from(segment[12] / 16) * 4;
            let length = text + u32::from(flags & SYN != 0) + u32::from(flags & FIN != 0);
            self.send(0, number(4).wrapping_add(length), RST | ACK);
        }
    }

    /// Time passes. What a timer sends is told with the time since the request.
    fn sleep(&mut self, _microseconds: u64) {}

    /// The state of the connection in the words of RFC 9293, or "gone" for CLOSED.
    fn state(&self) -> &str {
        "gone"
    }

    /// Sends a segment without data.
    fn send(&mut self, seq: u32, ack: u32, flags: u8) {
        let mut b = [0u8; 40];
        (b[0], b[3], b[8], b[9]) = (0x45, 40, 64, 6);
        b[12..16].copy_from_slice(&self.local.ip().octets());
        b[16..20].copy_from_slice(&self.remote.ip().octets());
        b[20..22].copy_from_slice(&self.local.port().to_be_bytes());
        b[22..24].copy_from_slice(&self.remote.port().to_be_bytes());
        b[24..28].copy_from_slice(&seq.to_be_bytes());
        b[28..32].copy_from_slice(&ack.to_be_bytes());
        (b[32], b[33]) = (5 << 4, flags);
        let sum = checksum(&b[12..], 6 + 20); // the pseudo header: addresses, protocol, length
        b[36..38].copy_from_slice(&sum.to_be_bytes());
        let sum = checksum(&b[..20], 0);
        b[10..12].copy_from_slice(&sum.to_be_bytes());
        self.said += &format!("packet 0 {}\n", hex(&b)); // 0: microseconds since the request
    }
}

fn checksum(data: &[u8], first: u32) -> u16 {
    let mut sum = data.chunks(2).fold(first, |sum, c| sum + u32::from(u16::from_be_bytes([c[0], *c.get(1).unwrap_or(&0)])));
    while sum >> 16 != 0 {
        sum = (sum & 0xffff) + (sum >> 16);
    }
    !(sum as u16)
}

fn hex(data: &[u8]) -> String {
    data.iter().map(|b| format!("{b:02x}")).collect()
}

fn octets(s: &str) -> Vec<u8> {
    (0..s.len() / 2).map(|i| u8::from_str_radix(&s[2 * i..2 * i + 2], 16).expect("octets in hexadecimal")).collect()
}

/// The answer to a request.
fn answer(stack: &mut Stack, line: &str) -> String {
    let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
    stack.said.clear();
    match word {
        "hello" => return HELLO.to_string(),
        "reset" => {
            let ends: Vec<SocketAddrV4> = rest.split(' ').filter_map(|s| s.parse().ok()).collect();
            match ends[..] {
                [local, remote] => stack.reset(local, remote),
                _ => stack.said += "error EAFNOSUPPORT\n", // IPv6
            }
        }
        "packet" => stack.packet(&octets(rest)),
        "sleep" => stack.sleep(rest.parse().expect("microseconds")),
        "listen" | "connect" | "send" | "receive" | "close" | "release" | "abort" => stack.call(word, rest.parse().unwrap_or(0)),
        _ => panic!("found the request {line:?}, expected one of PROTOCOL.md"),
    }
    format!("{}done {}\n", stack.said, stack.state())
}

fn main() -> io::Result<()> {
    let nowhere = SocketAddrV4::new([0, 0, 0, 0].into(), 0);
    let mut stack = Stack { local: nowhere, remote: nowhere, said: String::new() };
    let mut out = io::stdout().lock();
    for line in io::stdin().lock().lines() {
        out.write_all(answer(&mut stack, &line?).as_bytes())?;
        out.flush()?; // the answer must not stay in a buffer
    }
    Ok(())
}
