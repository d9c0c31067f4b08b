package model

// A new incarnation straight from TIME-WAIT, and the timestamp check that guards an old one.

// reopen lets a SYN in TIME-WAIT open a new incarnation, if the policy finds it new
// (RFC 9293 §3.6.1, MAY-2 and SHLD-4). The new ISS is above every number of the old one.
//
// Where no timestamp decides, RFC 6191 §2 asks that SEG.SEQ be greater than the last sequence
// number seen from the peer on the old connection. That is the number of its FIN, RCV.NXT-1, so
// a SYN at RCV.NXT is new. Linux and FreeBSD compare with RCV.NXT and refuse it (policy
// reopen-above).
func (m *machine) reopen() (done bool) {
	if m.t.State != TimeWait || m.seg.Flags&(SYN|ACK|RST|FIN) != SYN || m.seg.Opts&OtherCompartment != 0 {
		return false
	}
	later := m.t.Rcv.Nxt.AtMost(m.seg.Seq)
	if m.c.ReopenAbove == AboveRcvNxt {
		later = m.t.Rcv.Nxt.Less(m.seg.Seq)
	}
	switch m.c.Reopen {
	case ReopenNone:
		return false
	case ReopenAnySyn:
	case ReopenLaterSyn:
		if !later {
			return false
		}
	case ReopenRFC6191:
		if !m.laterByTimestamp(later) {
			return true // dropped in silence; the wait goes on
		}
	}
	old := OldVars{SndNxt: m.t.Snd.Nxt, RcvNxt: m.t.Rcv.Nxt}
	marks := Passive | RemoteKnown | Reopened
	if m.t.Is(TSOK) {
		old.TSRecent = m.t.TS.Recent
		marks |= OldTSOK
	}
	iss := m.e.Iss.Max(m.t.Snd.Nxt)
	m.t = TCB{Old: old, Marks: marks}
	m.acceptSyn(iss)
	return true
}

// laterByTimestamp is the test of RFC 6191 §2: a later timestamp, or one on a connection that
// had none, is new; otherwise the sequence number decides.
func (m *machine) laterByTimestamp(laterSeq bool) bool {
	had, has := m.t.Is(TSOK), m.seg.Opts&OptTimestamps != 0 && m.c.Timestamps
	switch {
	case had && has && m.seg.TSVal != m.t.TS.Recent:
		return int32(m.seg.TSVal-m.t.TS.Recent) > 0
	case !had && has:
		return true
	}
	return laterSeq
}

// checkTimestamp is PAWS (RFC 7323 §5.3, R1). A RST is exempt.
func (m *machine) checkTimestamp() (done bool) {
	if !m.t.Is(TSOK) || m.seg.Has(RST) {
		return false
	}
	if m.seg.Opts&OptTimestamps == 0 {
		return true // RFC 7323 §3.2: dropped in silence
	}
	if int32(m.seg.TSVal-m.t.TS.Recent) < 0 {
		m.sendAck()
		return true
	}
	return false
}

// recordTimestamp updates TS.Recent (RFC 7323 §5.3, R3), after the check of the window (R2) or
// after that of the ACK, as the policy says: now is which of the two has just passed.
func (m *machine) recordTimestamp(now TSRecent) {
	if m.c.TSRecent == now && m.t.Is(TSOK) && !m.seg.Has(RST) && m.e.Seg.Seq.AtMost(m.t.TS.LastAckSent) {
		m.t.TS.Recent = m.seg.TSVal
	}
}
