package conform

import (
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// learnOffer reads from the SYN of a stack which options it offers or agrees to.
func (w *twin) learnOffer(list []arrived) {
	for _, a := range list {
		if s := a.whole; s.Has(model.SYN) {
			c := &w.conn.Config
			c.Timestamps = s.Opts&model.OptTimestamps != 0
			c.WindowScale, c.WScale = s.Opts&model.OptWindowScale != 0, s.WScale
			w.stamp, w.age = s.TSVal, 0
		}
	}
}

// learnStamp stores the last timestamp, which the harness echoes.
func (w *twin) learnStamp(list []arrived) {
	for _, a := range list {
		if a.whole.Opts&model.OptTimestamps != 0 {
			w.stamp = a.whole.TSVal
		}
	}
}

const defaultMSS = 536 // §3.7.1, MUST-15, for IPv4

// mssOf is the peer's MSS.
func mssOf(t *model.TCB) uint16 {
	if t.MSS == 0 {
		return defaultMSS
	}
	return t.MSS
}

// wrongOptions looks for options that were not agreed, for agreed ones that are missing, and for more data than the
// peer's MSS. The segments are those that the model sends, too.
func (w *twin) wrongOptions(list []arrived, before model.TCB) string {
	t := w.conn.TCB
	if t.State == model.Closed || t.State == model.Listen {
		t = before
	}
	mss, last := mssOf(&t), w.stamp
	for _, a := range list {
		s := a.whole
		has := s.Opts&model.OptTimestamps != 0
		answer := s.Has(model.SYN | model.ACK)
		switch {
		case s.Has(model.SYN) && before.State <= model.Listen && w.old.has(s.Seq):
			return wrongISS
		case s.Has(model.RST), s.Has(model.SYN) && !answer: // the sender of a SYN chooses what it offers
		case answer && s.Opts&model.OptWindowScale != 0 && !t.Is(model.WSOK), has && !t.Is(model.TSOK):
			return wrongOffer
		case !has && t.Is(model.TSOK):
			return wrongNoStamp
		case has && s.Has(model.ACK) && s.TSEcr != t.TS.Recent:
			return wrongEcho
		case has && int32(s.TSVal-last) < 0:
			return wrongClock
		case s.Len > mss:
			return wrongMSS
		}
		if has {
			last = s.TSVal
		}
	}
	return ""
}

// usedRange is the range of numbers that a connection has used, if there was one.
type usedRange struct {
	iss, nxt model.Seq
	used     bool
	age      time.Duration // since its initial number was chosen
}

// has reports whether a number was used and is chosen again although the clock has ticked since then (§3.4.1). The
// number after the range is free.
func (r usedRange) has(n model.Seq) bool {
	return r.used && r.age > 0 && n.In(r.iss, r.nxt.From(r.iss))
}

// forget resets what was learned, after the end of a connection.
func (w *twin) forget(before model.TCB) {
	if before.State > model.Listen {
		w.old = usedRange{before.Iss, before.Snd.Nxt, true, w.age}
	}
	w.backoff, w.silent = 0, 0
}
