//! smoltcp as a stack under test: it speaks the line format of conform/PROTOCOL.md on its standard input and output.
//!
//! The stack is used as its own examples use it (an `Interface`, a `SocketSet`, one TCP socket), over a device that is a
//! queue, and with a clock that moves in `sleep` only. Changed from its defaults: the delayed ACK and Nagle's algorithm are
//! off, since both only put off what is sent.

use std::collections::VecDeque;
use std::io::{self, BufRead, Write};
use std::net::SocketAddrV4;

use smoltcp::iface::{Config, Interface, SocketHandle, SocketSet};
use smoltcp::phy::{Device, DeviceCapabilities, Medium, RxToken, TxToken};
use smoltcp::socket::tcp::{RecvError, Socket, SocketBuffer, State};
use smoltcp::time::{Duration, Instant};
use smoltcp::wire::{HardwareAddress, IpCidr, IpEndpoint, Ipv4Address};

const HELLO: &str = concat!("hello smoltcp ", env!("SMOLTCP_VERSION"), " virtual tells backlog");
const BUFFER: usize = 1000; // octets, each way: less than a segment may bear, so that every edge of the window can be met

fn main() {
    let mut out = io::stdout().lock();
    let mut stack = Stack::new();
    for (n, line) in io::stdin().lock().lines().map_while(Result::ok).enumerate() {
        let answer = if line == "hello" { Ok(format!("{HELLO}\ndone")) } else { stack.answer(&line) };
        match answer {
            Ok(text) => {
                if writeln!(out, "{text}").and_then(|()| out.flush()).is_err() {
                    return; // nobody listens any more
                }
            }
            Err(why) => {
                eprintln!("smoltcp: request {}, {line:?}: {why}", n + 1);
                std::process::exit(2);
            }
        }
    }
}

/// Packets on their way in and out.
#[derive(Default)]
struct Queue {
    arrived: VecDeque<Vec<u8>>,
    sent: VecDeque<Vec<u8>>,
}

struct Arrived(Vec<u8>);
struct Sent<'a>(&'a mut VecDeque<Vec<u8>>);

impl RxToken for Arrived {
    fn consume<R, F: FnOnce(&[u8]) -> R>(self, f: F) -> R {
        f(&self.0)
    }
}

impl TxToken for Sent<'_> {
    fn consume<R, F: FnOnce(&mut [u8]) -> R>(self, len: usize, f: F) -> R {
        let mut packet = vec![0; len];
        let result = f(&mut packet);
        self.0.push_back(packet);
        result
    }
}

impl Device for Queue {
    type RxToken<'a> = Arrived;
    type TxToken<'a> = Sent<'a>;

    fn capabilities(&self) -> DeviceCapabilities {
        let mut c = DeviceCapabilities::default();
        c.medium = Medium::Ip;
        c.max_transmission_unit = 1500;
        c
    }

    fn receive(&mut self, _: Instant) -> Option<(Arrived, Sent<'_>)> {
        Some((Arrived(self.arrived.pop_front()?), Sent(&mut self.sent)))
    }

    fn transmit(&mut self, _: Instant) -> Option<Sent<'_>> {
        Some(Sent(&mut self.sent))
    }
}

/// One socket, and the interface and the clock that it lives with.
struct Stack {
    device: Queue,
    iface: Interface,
    sockets: SocketSet<'static>,
    socket: SocketHandle,
    others: Vec<SocketHandle>, // of a listener that goes on
    now: Instant,
    local: IpEndpoint,
    remote: IpEndpoint,
    octets_sent: usize,
    before: State, // the state that the user knows of
}

impl Stack {
    fn new() -> Stack {
        let mut device = Queue::default();
        let mut config = Config::new(HardwareAddress::Ip);
        config.random_seed = 1; // the same initial numbers in each run
        let iface = Interface::new(config, &mut device, Instant::ZERO);
        let mut sockets = SocketSet::new(vec![]);
        let socket = sockets.add(fresh_socket());
        let nowhere = IpEndpoint::new(Ipv4Address::UNSPECIFIED.into(), 0);
        Stack {
            device,
            iface,
            sockets,
            socket,
            others: vec![],
            now: Instant::ZERO,
            local: nowhere,
            remote: nowhere,
            octets_sent: 0,
            before: State::Closed,
        }
    }

    /// Carries out a request. An error is one of the harness; what smoltcp refuses is part of the answer.
    fn answer(&mut self, line: &str) -> Result<String, String> {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let start = self.now;
        let mut lines = vec![];
        match word {
            "reset" => self.reset(rest)?,
            "packet" => self.device.arrived.push_back(octets(rest)?),
            "sleep" => self.sleep(Duration::from_micros(number(rest)?), &mut lines),
            _ => self.call(word, rest, &mut lines)?,
        }
        self.poll(start, &mut lines);
        self.pick();
        self.signals(word, &mut lines);
        lines.push(match self.before {
            State::Closed if !self.others.is_empty() => "done LISTEN".to_string(),
            State::Closed => "done gone".to_string(),
            state => format!("done {state}"),
        });
        Ok(lines.join("\n"))
    }

    fn reset(&mut self, sockets: &str) -> Result<(), String> {
        let ends: Vec<SocketAddrV4> = sockets.split(' ').filter_map(|s| s.parse().ok()).collect();
        let &[local, remote] = ends.as_slice() else {
            return Err("expected reset LOCAL REMOTE, each an IPv4 address and a port".to_string());
        };
        (self.local, self.remote) = (local.into(), remote.into());
        self.iface.update_ip_addrs(|addresses| {
            addresses.clear();
            addresses.push(IpCidr::new(self.local.addr, 24)).expect("room for one address");
        });
        for handle in self.others.drain(..).chain([self.socket]) {
            self.sockets.remove(handle);
        }
        self.socket = self.sockets.add(fresh_socket());
        self.octets_sent = 0;
        self.before = State::Closed;
        Ok(())
    }

    /// Stops wherever smoltcp has something to do.
    fn sleep(&mut self, length: Duration, lines: &mut Vec<String>) {
        let start = self.now;
        while let Some(at) = self.iface.poll_at(self.now, &self.sockets) {
            // What is due now has been done already; a millisecond is the grain of smoltcp's timers.
            let at = at.max(self.now + Duration::from_millis(1));
            if at > start + length {
                break;
            }
            self.now = at;
            self.poll(start, lines);
        }
        self.now = start + length;
    }

    /// The user's calls.
    fn call(&mut self, word: &str, rest: &str, lines: &mut Vec<String>) -> Result<(), String> {
        let socket = self.sockets.get_mut::<Socket>(self.socket);
        if !socket.is_active() {
            self.octets_sent = 0; // the next ones are of another connection
        }
        let mut refused = |why: String| lines.push(format!("error {why}"));
        match word {
            "listen" => {
                socket.listen(self.local).unwrap_or_else(|e| refused(e.to_string()));
                for _ in 0..number(if rest.is_empty() { "0" } else { rest })? {
                    let mut another = fresh_socket();
                    another.listen(self.local).map_err(|e| e.to_string())?;
                    self.others.push(self.sockets.add(another));
                }
            }
            "connect" => {
                let called = socket.connect(self.iface.context(), self.remote, self.local);
                called.unwrap_or_else(|e| refused(e.to_string()))
            }
            "send" => {
                let n = number(rest)? as usize;
                let text: Vec<u8> = (self.octets_sent..self.octets_sent + n).map(|i| (i % 251) as u8).collect();
                match socket.send_slice(&text) {
                    Ok(taken) => {
                        self.octets_sent += taken;
                        if taken < n {
                            refused(format!("room for {taken} octets of {n}"));
                        }
                    }
                    Err(e) => refused(e.to_string()),
                }
            }
            "receive" => {
                let mut text = vec![0; number(rest)? as usize];
                match socket.recv_slice(&mut text) {
                    Ok(0) | Err(RecvError::Finished) => {} // the latter was the signal `end`
                    Ok(n) => lines.push(format!("text {}", hex(&text[..n]))),
                    Err(e) => refused(e.to_string()),
                }
            }
            "close" => socket.close(),
            "release" => refused("smoltcp has no such call".to_string()),
            "abort" => socket.abort(),
            _ => return Err("expected a request of PROTOCOL.md".to_string()),
        }
        Ok(())
    }

    /// Each connection has a socket of its own in smoltcp. The user's is the one with REMOTE; until there is one, it is one
    /// that listens. Others that are closed listen again.
    fn pick(&mut self) {
        let remote = |sockets: &SocketSet, handle| sockets.get::<Socket>(handle).remote_endpoint();
        if remote(&self.sockets, self.socket).is_some_and(|r| r != self.remote) {
            let free = |h: &&SocketHandle| self.sockets.get::<Socket>(**h).state() == State::Listen;
            if let Some(i) = self.others.iter().position(|h| free(&h)) {
                std::mem::swap(&mut self.others[i], &mut self.socket);
            }
        }
        if let Some(i) = self.others.iter().position(|h| remote(&self.sockets, *h) == Some(self.remote)) {
            std::mem::swap(&mut self.others[i], &mut self.socket);
        }
        for handle in &self.others {
            let socket = self.sockets.get_mut::<Socket>(*handle);
            if socket.state() == State::Closed {
                let _ = socket.listen(self.local);
            }
        }
    }

    /// Lets smoltcp do all that it does without time passing, and tells what it sent.
    fn poll(&mut self, start: Instant, lines: &mut Vec<String>) {
        self.iface.poll(self.now, &mut self.device, &mut self.sockets);
        let after = (self.now - start).total_micros();
        lines.extend(self.device.sent.drain(..).map(|packet| format!("packet {after} {}", hex(&packet))));
    }

    /// What a user hears who looks at the state after each request. smoltcp does not say why a socket is closed: when it
    /// happens in `sleep` its time was over, and when an arriving packet does it, it was a RST.
    fn signals(&mut self, word: &str, lines: &mut Vec<String>) {
        let after = self.sockets.get::<Socket>(self.socket).state();
        let opening = matches!(self.before, State::Listen | State::SynSent | State::SynReceived);
        let peer_open = opening || matches!(self.before, State::Established | State::FinWait1 | State::FinWait2);
        let peer_closed = matches!(after, State::CloseWait | State::LastAck | State::Closing | State::TimeWait);
        let mut signal = |what: &str| lines.push(format!("signal {what}"));
        if opening && matches!(after, State::Established | State::CloseWait) {
            signal("opened");
        }
        if peer_open && peer_closed {
            signal("end");
        }
        if after == State::Closed && (peer_open || self.before == State::CloseWait) {
            match word {
                "sleep" => signal("timed-out"),
                "packet" if self.before == State::SynReceived => signal("refused"),
                "packet" => signal("reset"),
                _ => {} // the user's own doing
            }
        }
        self.before = after;
    }
}

fn fresh_socket() -> Socket<'static> {
    let buffer = || SocketBuffer::new(vec![0; BUFFER]);
    let mut socket = Socket::new(buffer(), buffer());
    socket.set_ack_delay(None);
    socket.set_nagle_enabled(false);
    socket
}

fn number(s: &str) -> Result<u64, String> {
    s.parse().map_err(|e| format!("expected a number, got {s:?}: {e}"))
}

fn octets(s: &str) -> Result<Vec<u8>, String> {
    let pair = |i| s.get(i..i + 2).and_then(|p| u8::from_str_radix(p, 16).ok());
    (0..s.len()).step_by(2).map(pair).collect::<Option<_>>().ok_or(format!("expected octets in hexadecimal, got {s:?}"))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|b| format!("{b:02x}")).collect()
}
