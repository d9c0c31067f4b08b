package model

import "unsafe"

// TCB is the state of one connection at one endpoint (RFC 9293 §3.3.1). It is a comparable value without pointers or
// padding. The zero TCB is CLOSED.
type TCB struct {
	Snd SendVars
	Iss Seq
	Rcv RecvVars
	Irs Seq
	TS  TimestampVars

	Held [MaxHeld]Held // data and FIN beyond RCV.NXT, or before ESTABLISHED; by Seq, empty last
	Old  OldVars       // what to return to if a SYN that reopened TIME-WAIT was an old one

	Unsent uint32 // octets that the user SENT and that have not been sent once
	Unread uint32 // octets received in order that wait for a RECEIVE
	Wanted uint32 // octets that RECEIVE calls wait for

	MSS      uint16 // the peer's, or 0 if it announced none
	Marks    Marks
	State    State
	SndShift uint8 // the peer's window scale, once both sides offered one
	RcvShift uint8
	SynText  uint8 // octets of data that went out with our SYN, until it is acknowledged
}

// SendVars are the send sequence variables.
type SendVars struct {
	Una, Nxt, Wl1, Wl2, Up Seq
	Wnd, MaxWnd            uint32 // scaled
}

// RecvVars are the receive sequence variables.
type RecvVars struct {
	Nxt, Up Seq
	Wnd     uint32
}

// TimestampVars are TS.Recent and Last.ACK.sent of RFC 7323 §4.3.
type TimestampVars struct {
	Recent      uint32
	LastAckSent Seq
}

// OldVars are the numbers of the incarnation that was in TIME-WAIT when a SYN reopened it, and its TS.Recent if it
// used timestamps (mark OldTSOK).
type OldVars struct {
	SndNxt, RcvNxt Seq
	TSRecent       uint32
}

// MaxHeld is the number of pieces out of order that an endpoint holds. Further pieces are dropped; the sender sends
// them again.
const MaxHeld = 2

// Held is a piece of data, or a FIN, that waits until it is in order.
type Held struct {
	Seq   Seq
	Len   uint16
	Flags Flags // FIN, PSH
	Ghost Ghost
}

func (h Held) empty() bool { return h.Len == 0 && h.Flags&FIN == 0 }

// Marks are the Boolean variables of a TCB.
type Marks uint16

// The marks. Passive: the connection came from a passive OPEN (MUST-11). RemoteKnown: the remote socket is
// specified. CloseAsked: the user has called CLOSE. FinSent: our FIN has a number. UrgentSignalled: the user knows
// that urgent data follows. Reopened: Old is valid. OldTSOK: the TSRecent of Old is valid, too. IssFar: half of
// the sequence space was acknowledged since ISS, so ISS is no longer a bound for an ACK (SentAck only).
const (
	Passive Marks = 1 << iota
	RemoteKnown
	CloseAsked
	FinSent
	TSOK
	WSOK
	SACKOK
	UrgentSignalled
	Reopened
	SndUrgent
	IssFar
	OldTSOK
)

var _ [104]byte = [unsafe.Sizeof(TCB{})]byte{}

// Is reports whether all the given marks are set.
func (t TCB) Is(m Marks) bool { return t.Marks&m == m }

// FinAcked reports whether our FIN has been sent and acknowledged.
func (t TCB) FinAcked() bool { return t.Is(FinSent) && t.Snd.Una == t.Snd.Nxt }

// Unacked reports whether the retransmission queue is not empty.
func (t TCB) Unacked() bool { return t.State >= SynSent && t.Snd.Una != t.Snd.Nxt }

// Idle reports whether nothing is unacknowledged and nothing waits to be sent, on a connection whose peer may still
// send. Only then may keep-alives probe it (§3.8.4, MUST-26).
func (t TCB) Idle() bool {
	return (t.State == Established || t.State == FinWait2 || t.State == CloseWait) && t.Snd.Una == t.Snd.Nxt && t.Unsent == 0
}

// synUnacked reports whether our SYN is still at the head of the retransmission queue.
func (t TCB) synUnacked() bool { return t.Snd.Una == t.Iss && t.Snd.Nxt != t.Iss }
