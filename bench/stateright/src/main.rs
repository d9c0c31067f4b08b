//! minitcp for Stateright: the same system as the Go package minitcp, state for state.
//!
//! Usage: minitcp-stateright bfs|dfs K OPENS NISS THREADS. It prints the number of distinct states, which
//! Stateright keeps as 64-bit fingerprints.

use stateright::{Checker, Model, Property};

const CLOSED: u8 = 0;
const LISTEN: u8 = 1;
const SYN_SENT: u8 = 2;
const SYN_RECEIVED: u8 = 3;
const ESTABLISHED: u8 = 4;
const FIN_WAIT_1: u8 = 5;
const FIN_WAIT_2: u8 = 6;
const CLOSING: u8 = 7;
const CLOSE_WAIT: u8 = 8;
const LAST_ACK: u8 = 9;
const TIME_WAIT: u8 = 10;

const SYN: u8 = 1;
const SYN_ACK: u8 = 2;
const ACK: u8 = 3;
const FIN: u8 = 4; // always with an ACK
const RST: u8 = 5;
const RST_ACK: u8 = 6; // always with number zero

const NUMBERS: [u8; 3] = [0, 3, 5];

fn plus(n: u8, by: u8) -> u8 {
    (n + by) & 7
}

#[derive(Clone, Copy, Default)]
struct Peer {
    phase: u8,
    iss: u8,
    rcv: u8,
    passive: bool,
    opens: u8,
}

impl Peer {
    fn reset(&mut self) {
        *self = Peer { opens: self.opens, ..Peer::default() };
    }

    /// The next number that the peer sends: its SYN counts for one, its FIN for another.
    fn snxt(&self) -> u8 {
        match self.phase {
            FIN_WAIT_1 | FIN_WAIT_2 | CLOSING | LAST_ACK | TIME_WAIT => plus(self.iss, 2),
            _ => plus(self.iss, 1),
        }
    }
}

/// A segment, packed from the low bits up: acknowledgment (3), number (3), kind (3), destination (1).
type Segment = u16;

fn segment(to: usize, kind: u8, seq: u8, ack: u8) -> Segment {
    (to as u16) << 9 | (kind as u16) << 6 | (seq as u16 & 7) << 3 | ack as u16 & 7
}
fn to(x: Segment) -> usize {
    (x >> 9) as usize
}
fn kind(x: Segment) -> u8 {
    (x >> 6 & 7) as u8
}
fn seq(x: Segment) -> u8 {
    (x >> 3 & 7) as u8
}
fn ack(x: Segment) -> u8 {
    (x & 7) as u8
}

/// A state unpacked: the network is a set, the largest segment first and zeros after the last.
#[derive(Clone, Copy, Default)]
struct World {
    peer: [Peer; 2],
    net: [Segment; 3],
}

/// A state as Stateright hashes and keeps it: one word, as in tcpcheck, so that both hash the same bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct State(u64);

impl World {
    fn pack(&self) -> State {
        let mut v = 0u64;
        for x in self.net {
            v = v << 10 | x as u64;
        }
        for p in self.peer {
            let low = (p.iss as u64) << 6 | (p.rcv as u64) << 3 | (p.passive as u64) << 2 | p.opens as u64;
            v = v << 13 | (p.phase as u64) << 9 | low;
        }
        State(v)
    }

    fn unpack(State(mut v): State) -> World {
        let mut w = World::default();
        for p in w.peer.iter_mut().rev() {
            *p = Peer {
                phase: (v >> 9 & 15) as u8,
                iss: (v >> 6 & 7) as u8,
                rcv: (v >> 3 & 7) as u8,
                passive: v >> 2 & 1 == 1,
                opens: (v & 3) as u8,
            };
            v >>= 13;
        }
        for x in w.net.iter_mut().rev() {
            *x = (v & 1023) as u16;
            v >>= 10;
        }
        w
    }

    /// Puts x in its place, unless it is there or the network is full: then it is lost.
    fn send(&mut self, x: Segment, limit: usize) {
        if self.net[limit - 1] != 0 {
            return;
        }
        let at = (0..limit).find(|&i| self.net[i] <= x).unwrap();
        if self.net[at] != x {
            self.net.copy_within(at..limit - 1, at + 1);
            self.net[at] = x;
        }
    }

    fn drop(&mut self, i: usize) {
        self.net.copy_within(i + 1.., i);
        self.net[2] = 0;
    }

    /// The segment that a peer repeats while it waits for an answer to it.
    fn last_of(&self, i: usize) -> Segment {
        let p = &self.peer[i];
        match p.phase {
            SYN_SENT => segment(1 - i, SYN, p.iss, 0),
            SYN_RECEIVED => segment(1 - i, SYN_ACK, p.iss, p.rcv),
            _ => segment(1 - i, FIN, p.iss + 1, p.rcv),
        }
    }
}

/// The answer of a peer that has no connection to which x could belong.
fn refuse(x: Segment) -> Segment {
    match kind(x) {
        RST | RST_ACK => 0,
        SYN => segment(1 - to(x), RST_ACK, 0, seq(x) + 1),
        _ => segment(1 - to(x), RST, ack(x), 0),
    }
}

/// Gives x to its destination p and returns the reply, or zero. iss is the number to choose if a connection
/// begins.
fn arrives(p: &mut Peer, x: Segment, iss: u8) -> Segment {
    let answer = |k, s, a| segment(1 - to(x), k, s, a);
    match p.phase {
        CLOSED => refuse(x),
        LISTEN if kind(x) == SYN => {
            (p.phase, p.iss, p.rcv) = (SYN_RECEIVED, iss, plus(seq(x), 1));
            answer(SYN_ACK, iss, p.rcv)
        }
        LISTEN => refuse(x),
        SYN_SENT => arrives_syn_sent(p, x),
        _ => arrives_other(p, x),
    }
}

fn arrives_syn_sent(p: &mut Peer, x: Segment) -> Segment {
    let answer = |k, s, a| segment(1 - to(x), k, s, a);
    let acks_syn = ack(x) == plus(p.iss, 1);
    match kind(x) {
        SYN => {
            (p.phase, p.rcv) = (SYN_RECEIVED, plus(seq(x), 1));
            answer(SYN_ACK, p.iss, p.rcv)
        }
        RST => 0,
        RST_ACK => {
            if acks_syn {
                p.reset();
            }
            0
        }
        _ if !acks_syn => refuse(x),
        SYN_ACK => {
            (p.phase, p.rcv) = (ESTABLISHED, plus(seq(x), 1));
            answer(ACK, p.iss + 1, p.rcv)
        }
        _ => 0,
    }
}

/// For every phase in which both numbers are known.
fn arrives_other(p: &mut Peer, x: Segment) -> Segment {
    let opening = p.phase == SYN_RECEIVED;
    let again = plus(seq(x), 1) == p.rcv; // the number of the SYN that was received
    let challenge = segment(1 - to(x), ACK, p.snxt(), p.rcv);
    match kind(x) {
        RST | RST_ACK => {
            if seq(x) == p.rcv {
                if opening && p.passive {
                    (p.phase, p.iss, p.rcv) = (LISTEN, 0, 0);
                } else {
                    p.reset();
                }
            }
            0
        }
        SYN if opening && again => segment(1 - to(x), SYN_ACK, p.iss, p.rcv),
        SYN => challenge,
        SYN_ACK => {
            if opening && again && ack(x) == plus(p.iss, 1) {
                p.phase = ESTABLISHED;
            }
            challenge
        }
        ACK => ack_arrives(p, x, challenge),
        _ => fin_arrives(p, x, challenge),
    }
}

fn ack_arrives(p: &mut Peer, x: Segment, challenge: Segment) -> Segment {
    if seq(x) != p.rcv && seq(x) != plus(p.rcv, 1) {
        return challenge;
    }
    let (acks_syn, acks_fin) = (ack(x) == plus(p.iss, 1), ack(x) == plus(p.iss, 2));
    match p.phase {
        SYN_RECEIVED if acks_syn => p.phase = ESTABLISHED,
        SYN_RECEIVED => return refuse(x),
        FIN_WAIT_1 if acks_fin => p.phase = FIN_WAIT_2,
        CLOSING if acks_fin => p.phase = TIME_WAIT,
        LAST_ACK if acks_fin => p.reset(),
        _ => {}
    }
    0
}

fn fin_arrives(p: &mut Peer, x: Segment, challenge: Segment) -> Segment {
    if seq(x) != p.rcv {
        return challenge;
    }
    let (acks_syn, acks_fin) = (ack(x) == plus(p.iss, 1), ack(x) == plus(p.iss, 2));
    let sent = p.snxt();
    p.phase = match p.phase {
        SYN_RECEIVED if !acks_syn => return refuse(x),
        SYN_RECEIVED | ESTABLISHED => CLOSE_WAIT,
        FIN_WAIT_1 if !acks_fin => CLOSING,
        FIN_WAIT_1 | FIN_WAIT_2 => TIME_WAIT,
        _ => return challenge,
    };
    p.rcv = plus(seq(x), 1);
    segment(1 - to(x), ACK, sent, p.rcv)
}

/// An action of a peer, or on the segment in a place of the network, with an initial number to choose.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Action {
    PassiveOpen(usize),
    ActiveOpen(usize, u8),
    Close(usize),
    Retransmit(usize),
    Abort(usize),
    Deliver(usize, u8),
    DeliverCopy(usize, u8),
    Drop(usize),
}

/// The bounds: segments on the network (1 to 3), opens of each peer (0 to 3), initial numbers (1 to 3).
struct Minitcp {
    wire: usize,
    opens: u8,
    numbers: usize,
}

impl Minitcp {
    fn of_peer(&self, i: usize, p: &Peer, actions: &mut Vec<Action>) {
        if p.phase == CLOSED {
            if p.opens > 0 {
                actions.push(Action::PassiveOpen(i));
                actions.extend(NUMBERS[..self.numbers].iter().map(|&n| Action::ActiveOpen(i, n)));
            }
            return;
        }
        if matches!(p.phase, SYN_RECEIVED | ESTABLISHED | CLOSE_WAIT) {
            actions.push(Action::Close(i));
        }
        if matches!(p.phase, SYN_SENT | SYN_RECEIVED | FIN_WAIT_1 | CLOSING | LAST_ACK) {
            actions.push(Action::Retransmit(i));
        }
        actions.push(Action::Abort(i));
    }

    fn deliver(&self, w: &mut World, x: Segment, iss: u8) {
        let reply = arrives(&mut w.peer[to(x)], x, iss);
        if reply != 0 {
            w.send(reply, self.wire);
        }
    }
}

impl Model for Minitcp {
    type State = State;
    type Action = Action;

    fn init_states(&self) -> Vec<State> {
        let p = Peer { opens: self.opens, ..Peer::default() };
        vec![World { peer: [p, p], net: [0; 3] }.pack()]
    }

    fn actions(&self, state: &State, actions: &mut Vec<Action>) {
        let w = World::unpack(*state);
        for (i, p) in w.peer.iter().enumerate() {
            self.of_peer(i, p, actions);
        }
        for (i, &x) in w.net.iter().enumerate().take_while(|(_, &x)| x != 0) {
            let choice = kind(x) == SYN && w.peer[to(x)].phase == LISTEN;
            for &n in &NUMBERS[..if choice { self.numbers } else { 1 }] {
                actions.push(Action::Deliver(i, n));
                actions.push(Action::DeliverCopy(i, n));
            }
            actions.push(Action::Drop(i));
        }
    }

    fn next_state(&self, state: &State, action: Action) -> Option<State> {
        let mut w = World::unpack(*state);
        match action {
            Action::PassiveOpen(i) => {
                let p = &mut w.peer[i];
                (p.phase, p.passive, p.opens) = (LISTEN, true, p.opens - 1);
            }
            Action::ActiveOpen(i, iss) => {
                let p = &mut w.peer[i];
                (p.phase, p.iss, p.opens) = (SYN_SENT, iss, p.opens - 1);
                w.send(segment(1 - i, SYN, iss, 0), self.wire);
            }
            Action::Close(i) => {
                let p = &mut w.peer[i];
                p.phase = if p.phase == CLOSE_WAIT { LAST_ACK } else { FIN_WAIT_1 };
                let fin = w.last_of(i);
                w.send(fin, self.wire);
            }
            Action::Retransmit(i) => {
                let x = w.last_of(i);
                w.send(x, self.wire);
            }
            Action::Abort(i) => w.peer[i].reset(),
            Action::Deliver(i, iss) => {
                let x = w.net[i];
                w.drop(i);
                self.deliver(&mut w, x, iss);
            }
            Action::DeliverCopy(i, iss) => {
                let x = w.net[i];
                self.deliver(&mut w, x, iss);
            }
            Action::Drop(i) => w.drop(i),
        }
        Some(w.pack())
    }

    /// Stateright ends when every property has been decided, so it needs one that holds to see the whole space.
    fn properties(&self) -> Vec<Property<Self>> {
        vec![Property::always("phases are known", |_, s| {
            World::unpack(*s).peer.iter().all(|p| p.phase <= TIME_WAIT)
        })]
    }
}

fn number(args: &[String], i: usize, name: &str, range: std::ops::RangeInclusive<usize>) -> usize {
    match args.get(i).and_then(|a| a.parse().ok()).filter(|n| range.contains(n)) {
        Some(n) => n,
        None => {
            eprintln!("minitcp-stateright: {name}: found {:?}, expected a number in {range:?}", args.get(i));
            std::process::exit(2);
        }
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let model = Minitcp {
        wire: number(&args, 1, "K", 1..=3),
        opens: number(&args, 2, "OPENS", 0..=3) as u8,
        numbers: number(&args, 3, "NISS", 1..=3),
    };
    let builder = model.checker().threads(number(&args, 4, "THREADS", 1..=64));
    let (distinct, generated, done) = match args[0].as_str() {
        "bfs" => outcome(builder.spawn_bfs().join()),
        "dfs" => outcome(builder.spawn_dfs().join()),
        other => {
            eprintln!("minitcp-stateright: found {other:?}, expected bfs or dfs");
            std::process::exit(2);
        }
    };
    if !done {
        eprintln!("minitcp-stateright: the search ended early");
        std::process::exit(3);
    }
    println!("{distinct} distinct states, {generated} generated");
}

/// Distinct states, generated ones without the initial state, and whether the property held to the end.
fn outcome(c: impl Checker<Minitcp>) -> (usize, usize, bool) {
    (c.unique_state_count(), c.state_count() - 1, c.discoveries().is_empty())
}
