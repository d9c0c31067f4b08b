package minitcp

// arrives gives segment x to its destination; iss is the number to choose if a connection begins.
func (m System) arrives(s State, x segment, iss uint8) State {
	i := x.to()
	p := s.peer(i)
	var reply segment
	switch p.phase() {
	case closed:
		reply = refuse(x)
	case listen:
		p, reply = arrivesListen(p, x, iss)
	case synSent:
		p, reply = arrivesSynSent(p, x)
	default:
		p, reply = arrivesOther(p, x)
	}
	s = s.withPeer(i, p)
	if reply == 0 {
		return s
	}
	return m.send(s, reply)
}

// answer is a segment back to where x came from.
func answer(x segment, k kind, seq, ack uint8) segment { return newSegment(1-x.to(), k, seq, ack) }

// challenge says where the connection stands to whoever seems not to know.
func challenge(p peer, x segment) segment { return answer(x, ack, p.snxt(), p.rcv()) }

// refuse is the answer of a peer that has no connection.
func refuse(x segment) segment {
	switch x.kind() {
	case rst, rstAck:
		return 0
	case syn:
		return answer(x, rstAck, 0, x.seq()+1)
	default:
		return answer(x, rst, x.ack(), 0)
	}
}

func arrivesListen(p peer, x segment, iss uint8) (peer, segment) {
	if x.kind() != syn {
		return p, refuse(x)
	}
	p = p.enter(synReceived).withIss(iss).withRcv(x.seq() + 1)
	return p, answer(x, synAck, iss, x.seq()+1)
}

func arrivesSynSent(p peer, x segment) (peer, segment) {
	acksSyn := x.ack() == (p.iss()+1)&7
	switch k := x.kind(); {
	case k == syn:
		return p.enter(synReceived).withRcv(x.seq() + 1), answer(x, synAck, p.iss(), x.seq()+1)
	case k == rst:
		return p, 0
	case k == rstAck && acksSyn:
		return p.reset(), 0
	case k == rstAck:
		return p, 0
	case !acksSyn:
		return p, refuse(x)
	case k == synAck:
		return p.enter(established).withRcv(x.seq() + 1), answer(x, ack, p.iss()+1, x.seq()+1)
	default:
		return p, 0
	}
}

// arrivesOther is for every phase in which both numbers are known.
func arrivesOther(p peer, x segment) (peer, segment) {
	opening := p.phase() == synReceived
	again := (x.seq()+1)&7 == p.rcv() // the number of the SYN that was received
	switch x.kind() {
	case rst, rstAck:
		switch {
		case x.seq() != p.rcv():
			return p, 0
		case opening && p.passive():
			return p.enter(listen).withIss(0).withRcv(0), 0
		default:
			return p.reset(), 0
		}
	case syn:
		if opening && again {
			return p, answer(x, synAck, p.iss(), p.rcv())
		}
		return p, challenge(p, x)
	case synAck:
		if opening && again && x.ack() == (p.iss()+1)&7 {
			p = p.enter(established)
		}
		return p, challenge(p, x)
	case ack:
		return ackArrives(p, x)
	default:
		return finArrives(p, x)
	}
}

func ackArrives(p peer, x segment) (peer, segment) {
	if x.seq() != p.rcv() && x.seq() != (p.rcv()+1)&7 {
		return p, challenge(p, x)
	}
	acksSyn, acksFin := x.ack() == (p.iss()+1)&7, x.ack() == (p.iss()+2)&7
	switch ph := p.phase(); {
	case ph == synReceived && acksSyn:
		return p.enter(established), 0
	case ph == synReceived:
		return p, refuse(x)
	case ph == finWait1 && acksFin:
		return p.enter(finWait2), 0
	case ph == closing && acksFin:
		return p.enter(timeWait), 0
	case ph == lastAck && acksFin:
		return p.reset(), 0
	default:
		return p, 0
	}
}

func finArrives(p peer, x segment) (peer, segment) {
	if x.seq() != p.rcv() {
		return p, challenge(p, x)
	}
	var to phase
	acksSyn, acksFin := x.ack() == (p.iss()+1)&7, x.ack() == (p.iss()+2)&7
	switch ph := p.phase(); {
	case ph == synReceived && !acksSyn:
		return p, refuse(x)
	case ph == synReceived || ph == established:
		to = closeWait
	case ph == finWait1 && !acksFin:
		to = closing
	case ph == finWait1 || ph == finWait2:
		to = timeWait
	default:
		return p, challenge(p, x)
	}
	return p.enter(to).withRcv(x.seq() + 1), answer(x, ack, p.snxt(), x.seq()+1)
}
