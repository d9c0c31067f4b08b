package main

var numbers = [3]uint8{0, 3, 5}

// successors appends the packed successors of s to out.
func (b bounds) successors(out []uint64, s *state) []uint64 {
	for i := range uint8(2) {
		out = b.ofPeer(out, s, i)
	}
	for i := 0; i < b.wire && s.net[i] != 0; i++ {
		x := s.net[i]
		choices := 1
		if s.peer[x>>9].phase == listen && x>>6&7 == syn {
			choices = b.numbers
		}
		for _, iss := range numbers[:choices] {
			t := *s
			t.drop(i)
			b.arrives(&t, x, iss)
			out = append(out, pack(&t))
			t = *s
			b.arrives(&t, x, iss)
			out = append(out, pack(&t))
		}
		t := *s
		t.drop(i)
		out = append(out, pack(&t))
	}
	return out
}

// ofPeer appends what peer i can do by itself.
func (b bounds) ofPeer(out []uint64, s *state, i uint8) []uint64 {
	p := &s.peer[i]
	if p.phase == closed {
		return b.open(out, s, i)
	}
	finOf := segment(1-i, fin, p.iss+1, p.rcv)
	moved := func(to uint8, x uint16) {
		t := *s
		t.peer[i].phase = to
		b.send(&t, x)
		out = append(out, pack(&t))
	}
	switch p.phase {
	case synSent:
		moved(synSent, segment(1-i, syn, p.iss, 0))
	case synReceived:
		moved(finWait1, finOf)
		moved(synReceived, segment(1-i, synAck, p.iss, p.rcv))
	case established:
		moved(finWait1, finOf)
	case closeWait:
		moved(lastAck, finOf)
	case finWait1, closing, lastAck:
		moved(p.phase, finOf)
	}
	t := *s
	t.peer[i].reset()
	return append(out, pack(&t))
}

func (b bounds) open(out []uint64, s *state, i uint8) []uint64 {
	if s.peer[i].opens == 0 {
		return out
	}
	t := *s
	p := &t.peer[i]
	p.phase, p.passive, p.opens = listen, 1, p.opens-1
	out = append(out, pack(&t))
	for _, iss := range numbers[:b.numbers] {
		t = *s
		p.phase, p.iss, p.opens = synSent, iss, p.opens-1
		b.send(&t, segment(1-i, syn, iss, 0))
		out = append(out, pack(&t))
	}
	return out
}

// arrives gives x to its destination; iss is the number to choose if a connection begins.
func (b bounds) arrives(s *state, x uint16, iss uint8) {
	i, kind, seq, ackOf := uint8(x>>9), uint8(x>>6&7), uint8(x>>3&7), uint8(x&7)
	p := &s.peer[i]
	answer := func(k, q, a uint8) { b.send(s, segment(1-i, k, q, a)) }
	acksSyn := ackOf == (p.iss+1)&7
	switch p.phase {
	case closed:
		if kind == syn {
			answer(rstAck, 0, seq+1)
		} else if kind < rst {
			answer(rst, ackOf, 0)
		}
	case listen:
		if kind == syn {
			p.phase, p.iss, p.rcv = synReceived, iss, (seq+1)&7
			answer(synAck, iss, seq+1)
		} else if kind < rst {
			answer(rst, ackOf, 0)
		}
	case synSent:
		switch {
		case kind == syn:
			p.phase, p.rcv = synReceived, (seq+1)&7
			answer(synAck, p.iss, seq+1)
		case kind == rstAck && acksSyn:
			p.reset()
		case kind < rst && !acksSyn:
			answer(rst, ackOf, 0)
		case kind == synAck:
			p.phase, p.rcv = established, (seq+1)&7
			answer(ack, p.iss+1, seq+1)
		}
	default:
		b.arrivesOther(s, x)
	}
}

// arrivesOther is for every phase in which both numbers are known.
func (b bounds) arrivesOther(s *state, x uint16) {
	i, kind, seq, ackOf := uint8(x>>9), uint8(x>>6&7), uint8(x>>3&7), uint8(x&7)
	p := &s.peer[i]
	answer := func(k, q, a uint8) { b.send(s, segment(1-i, k, q, a)) }
	opening, again, acksSyn := p.phase == synReceived, (seq+1)&7 == p.rcv, ackOf == (p.iss+1)&7
	switch kind {
	case rst, rstAck:
		switch {
		case seq != p.rcv:
		case opening && p.passive == 1:
			p.phase, p.iss, p.rcv = listen, 0, 0
		default:
			p.reset()
		}
	case syn:
		if opening && again {
			answer(synAck, p.iss, p.rcv)
		} else {
			answer(ack, p.snxt(), p.rcv)
		}
	case synAck:
		if opening && again && acksSyn {
			p.phase = established
		}
		answer(ack, p.snxt(), p.rcv)
	case ack:
		if seq != p.rcv && seq != (p.rcv+1)&7 {
			answer(ack, p.snxt(), p.rcv)
		} else if opening && !acksSyn {
			answer(rst, ackOf, 0)
		} else {
			p.acked(ackOf)
		}
	default:
		switch {
		case seq != p.rcv:
			answer(ack, p.snxt(), p.rcv)
		case opening && !acksSyn:
			answer(rst, ackOf, 0)
		default:
			next := p.snxt() // before the phase changes
			p.finished(ackOf, seq)
			answer(ack, next, p.rcv)
		}
	}
}

// acked is what an acceptable ACK changes.
func (p *peer) acked(ackOf uint8) {
	acksFin := ackOf == (p.iss+2)&7
	switch {
	case p.phase == synReceived:
		p.phase = established
	case p.phase == finWait1 && acksFin:
		p.phase = finWait2
	case p.phase == closing && acksFin:
		p.phase = timeWait
	case p.phase == lastAck && acksFin:
		p.reset()
	}
}

// finished is what an acceptable FIN changes: nothing, if the peer had one before.
func (p *peer) finished(ackOf, seq uint8) {
	switch p.phase {
	case synReceived, established:
		p.phase = closeWait
	case finWait1:
		p.phase = closing
		if ackOf == (p.iss+2)&7 {
			p.phase = timeWait
		}
	case finWait2:
		p.phase = timeWait
	default:
		return
	}
	p.rcv = (seq + 1) & 7
}
