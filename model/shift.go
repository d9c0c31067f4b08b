package model

// Shift adds ours to every number of our direction, and theirs to every one of the peer's. What
// is not set stays as it is: the peer's numbers until its SYN came, SND.UP and the numbers of
// the last incarnation without their marks, and pieces that are not held. Step does not
// notice: what it makes of a shifted TCB is shifted by as much (§3.4).
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
