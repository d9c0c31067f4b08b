package model

// Shift adds ours to every number of our direction, and theirs to every number of the peer's direction. Numbers that
// are not set do not change: the peer's numbers before its SYN came, SND.UP and the numbers of the last incarnation
// without their marks, and pieces that are not held. Step does not depend on such a shift: if the TCB and the event
// are shifted in this way, so is the result (§3.4).
func (t TCB) Shift(ours, theirs Seq) TCB {
	if t.State <= Listen {
		return t
	}
	t.Iss += ours
	t.Snd.Una += ours
	t.Snd.Nxt += ours
	if t.Is(SndUrgent) {
		t.Snd.Up += ours
	}
	if t.State == SynSent {
		return t
	}
	t.Snd.Wl2 += ours
	t.Irs += theirs
	t.Rcv.Nxt += theirs
	t.Rcv.Up += theirs
	t.Snd.Wl1 += theirs
	t.TS.LastAckSent += theirs
	for i, h := range t.Held {
		if !h.empty() {
			t.Held[i].Seq += theirs
		}
	}
	if t.Is(Reopened) {
		t.Old.SndNxt += ours
		t.Old.RcvNxt += theirs
	}
	return t
}
