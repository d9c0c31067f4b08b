package netfake

import "github.com/tcpcheck/tcpcheck/model"

// Unpack returns the state as a World.
func (sys *System) Unpack(s State) World {
	w := sys.Wireless(&s)
	w.hidden, w.wire = false, s.wire
	for w.n < MaxWire && w.wire[w.n] != 0 {
		w.n++
	}
	return w
}

// Wireless returns the state as a World without its wire. It is for questions that must not read the wire.
func (sys *System) Wireless(s *State) World {
	w := World{Faults: s.faults, Clock: int(s.clock), Cut: s.cut, Losses: int(s.losses), Dups: int(s.dups), hidden: true}
	for i := range w.Peer {
		sys.unpackPeer(i, &s.peer[i], &w.Peer[i])
	}
	return w
}

// pack turns a world into its canonical state. A number out of range cuts the run off.
func (sys *System) pack(w *World) State {
	s := State{faults: w.Faults, clock: uint16(w.Clock), cut: w.Cut, losses: uint16(w.Losses), dups: uint8(w.Dups), wire: w.wire}
	for i := range w.Peer {
		if !sys.packPeer(i, &w.Peer[i], &s.peer[i]) {
			s.cut = CutNumbers
		}
	}
	return s
}

// Marks of peerCode beyond those of the TCB.
const mssKnown = 1 << 15

// Marks in the byte of Accepts, which a scenario keeps below them.
const (
	cleanMark    = 1 << 7
	answeredMark = 1 << 6
	acceptsMask  = answeredMark - 1
)

func (sys *System) packPeer(me int, p *Peer, c *peerCode) bool {
	ok := true
	num := func(side int, s model.Seq) uint8 {
		o, in := sys.offset(side, s)
		ok = ok && in
		return o
	}
	t, you := &p.TCB, 1-me
	c.incs, c.counts, c.taken = p.Inc<<4|p.RemoteInc, p.Sent<<4|p.Got, p.Taken
	c.opens, c.accepts, c.crashes, c.had = p.Actives<<4|p.Passive, p.Accepts, p.FinAckAge<<4|p.Crashes, p.Had
	c.timer, c.ages = p.Timer, p.Age<<4|p.FinAge
	if p.LastCloseNormal {
		c.accepts |= cleanMark
	}
	if p.Answered {
		c.accepts |= answeredMark
	}
	if sys.sc.Peer[me].Isn.Policy == Fresh {
		c.used = num(me, p.ISNFloor)
	}
	c.state = uint8(t.State)
	marks := uint16(t.Marks)
	if t.MSS != 0 {
		marks |= mssKnown
	}
	c.marks0, c.marks1 = uint8(marks), uint8(marks>>8)
	c.unsent, c.unread, c.wanted = uint8(t.Unsent), uint8(t.Unread), uint8(t.Wanted)
	c.synText = t.SynText
	if t.State >= model.SynSent {
		c.iss, c.una, c.nxt = num(me, t.Iss), num(me, t.Snd.Una), num(me, t.Snd.Nxt)
		c.rcvWnd = uint8(t.Rcv.Wnd)
	}
	if t.State < model.SynReceived {
		return ok
	}
	c.irs, c.rcvNxt = num(you, t.Irs), num(you, t.Rcv.Nxt)
	c.wnd = uint8(t.Snd.Wnd)
	if !sys.plainWindows {
		c.wl1, c.wl2 = num(you, t.Snd.Wl1), num(me, t.Snd.Wl2)
	}
	c.maxWnd = uint8(t.Snd.MaxWnd)
	if t.Is(model.TSOK) {
		c.tsRecent, c.lastAck = uint8(t.TS.Recent), num(you, t.TS.LastAckSent)
	}
	if t.Is(model.Reopened) {
		c.oldSnd, c.oldRcv, c.oldRecent = num(me, t.Old.SndNxt), num(you, t.Old.RcvNxt), uint8(t.Old.TSRecent)
	}
	for i, h := range t.Held {
		if h != (model.Held{}) {
			c.heldSeq[i], c.heldLen[i] = num(you, h.Seq), uint8(h.Len)
			c.heldFlags[i], c.heldGhost[i] = uint8(h.Flags), uint8(h.Ghost)
		}
	}
	return ok
}

func (sys *System) unpackPeer(me int, c *peerCode, p *Peer) {
	t, you := &p.TCB, 1-me
	p.Inc, p.RemoteInc = c.incs>>4, c.incs&15
	p.Sent, p.Got, p.Taken = c.counts>>4, c.counts&15, c.taken
	p.Actives, p.Passive, p.Accepts, p.FinAckAge, p.Crashes = c.opens>>4, c.opens&15, c.accepts&acceptsMask, c.crashes>>4, c.crashes&15
	p.Timer, p.Age, p.FinAge, p.LastCloseNormal, p.Had = c.timer, c.ages>>4, c.ages&15, c.accepts&cleanMark != 0, c.had
	p.Answered = c.accepts&answeredMark != 0
	p.ISNFloor = sys.number(me, c.used)
	t.State = model.State(c.state)
	marks := uint16(c.marks0) | uint16(c.marks1)<<8
	t.Marks = model.Marks(marks &^ mssKnown)
	if marks&mssKnown != 0 {
		t.MSS = sys.sc.Peer[you].TCP.MSS
	}
	t.Unsent, t.Unread, t.Wanted = uint32(c.unsent), uint32(c.unread), uint32(c.wanted)
	t.SynText = c.synText
	if t.State >= model.SynSent {
		t.Iss, t.Snd.Una, t.Snd.Nxt = sys.number(me, c.iss), sys.number(me, c.una), sys.number(me, c.nxt)
		t.Rcv.Wnd = uint32(c.rcvWnd)
	}
	if t.State < model.SynReceived {
		return
	}
	t.Irs, t.Rcv.Nxt = sys.number(you, c.irs), sys.number(you, c.rcvNxt)
	t.Rcv.Up = t.Rcv.Nxt - model.Seq(t.Unread)
	t.Snd.Wnd = uint32(c.wnd)
	t.Snd.Wl1, t.Snd.Wl2 = t.Rcv.Nxt, t.Snd.Una
	if !sys.plainWindows {
		t.Snd.Wl1, t.Snd.Wl2 = sys.number(you, c.wl1), sys.number(me, c.wl2)
	}
	t.Snd.MaxWnd = uint32(c.maxWnd)
	if t.Is(model.TSOK) {
		t.TS.Recent, t.TS.LastAckSent = uint32(c.tsRecent), sys.number(you, c.lastAck)
	}
	if t.Is(model.Reopened) {
		t.Old = model.OldVars{SndNxt: sys.number(me, c.oldSnd), RcvNxt: sys.number(you, c.oldRcv), TSRecent: uint32(c.oldRecent)}
	}
	for i := range t.Held {
		if c.heldLen[i] != 0 || c.heldFlags[i] != 0 {
			t.Held[i] = model.Held{Seq: sys.number(you, c.heldSeq[i]), Len: uint16(c.heldLen[i]),
				Flags: model.Flags(c.heldFlags[i]), Ghost: model.Ghost(c.heldGhost[i])}
		}
	}
}

// peerCode is one endpoint with its user, a byte for each thing.
type peerCode struct {
	state, marks0, marks1, synText         uint8
	iss, irs, una, nxt                     uint8
	wl1, wl2, wnd, maxWnd                  uint8
	rcvNxt, rcvWnd, lastAck, tsRecent      uint8
	heldSeq, heldLen, heldFlags, heldGhost [2]uint8
	oldSnd, oldRcv, oldRecent, unsent      uint8
	incs, counts, taken, opens             uint8
	timer, ages, had, used                 uint8
	unread, wanted, crashes, accepts       uint8 // accepts has two marks on top
}
