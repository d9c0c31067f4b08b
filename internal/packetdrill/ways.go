package packetdrill

import (
	"time"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/model"
)

// Ways are differences of a system that are not policies of the model. They change a segment before it reaches the model, or one
// that the model sends. The zero value is RFC 9293.
type Ways struct {
	// TimeWaitCheck: in TIME-WAIT a RST and a segment without ACK are dropped, a SYN above RCV.NXT opens anew, and whatever is not an
	// empty ACK with the exact numbers is acknowledged, acceptable or not. FreeBSD, tcp_twcheck().
	TimeWaitCheck bool
	// SynCache: a listener drops a SYN,ACK silently, and until the connection is open the window stays the advertised one, although
	// the buffer is larger. FreeBSD, tcp_syncache.c.
	SynCache bool
	// ForgetFin: SYN-SENT forgets the FIN of a SYN without ACK. FreeBSD, tcp_do_segment(), where the data is queued without it.
	ForgetFin bool
	// DropSynFin: a segment with SYN and FIN is dropped where there is a listener or a connection. FreeBSD, net.inet.tcp.drop_synfin.
	DropSynFin bool
	// RepeatsFin: in CLOSING, until the FIN is acknowledged, every ACK carries the FIN again. FreeBSD, tcp_output().
	RepeatsFin bool
	// OldFin: the ACK of a FIN that comes again counts. FreeBSD, tcp_do_segment(), which goes on with a segment left of the window.
	OldFin bool
	// PawsOneOlder: a timestamp that is one older than the last one is accepted (RFC 7323 §5.3, R1, forbids it). Linux, TCP_PAWS_WINDOW.
	PawsOneOlder bool
	// DelaysAcks: ACKs of data are delayed, and answers to segments outside the window limited. Linux: see acks.
	DelaysAcks bool
	// ReportsDouble: data that arrived twice is the first SACK block of the next ACK (RFC 2883). Linux, tcp_dsack; FreeBSD, since 13.
	ReportsDouble bool
	// SacksFin: a SACK block ends behind the FIN that was received with it. Linux; measured.
	SacksFin bool
	// DropsSynText: SYN-SENT accepts no data and no FIN with a SYN,ACK. Linux, tcp_rcv_synsent_state_process().
	DropsSynText bool
	// SynAgain: after a bad ACK in SYN-SENT the SYN is sent again after this time, once; 0: not. Linux, the same.
	SynAgain time.Duration
	// AckFirst: in SYN-RECEIVED after a passive OPEN a bad ACK is reset wherever its segment is. Linux, tcp_check_req().
	AckFirst bool
	// FlushesUnread: close() drops unread data, and sends a FIN. FreeBSD, tcp_disconnect(). Otherwise it is a RST (SHLD-3).
	FlushesUnread bool
	// OwnRstAcks: a RST of our own is <SEQ=SND.NXT><ACK=RCV.NXT>: that of an ABORT, and that for a SYN where this ends the connection.
	// Linux, tcp_send_active_reset(); FreeBSD, tcp_drop().
	OwnRstAcks bool
	// HidesWait: TCP_INFO of a socket whose connection is in TIME-WAIT says CLOSED. Linux, tcp_time_wait(); measured.
	HidesWait bool
	// ReopenAbove is how far the initial number of a connection that ends TIME-WAIT is above the last one; 0: as any other. Linux,
	// tcp_timewait_state_process(); measured.
	ReopenAbove model.Seq
}

// modeled is a peer that is the model and shows its TCB.
type modeled interface{ TCB() model.TCB }

// before returns the segments that the model gets for a segment that arrives at the host.
func (h *Host) before(t model.TCB, s model.Segment) []model.Segment {
	synFin := s.Has(model.SYN | model.FIN)
	if h.Ways.DropsSynText && t.State == model.SynSent && s.Has(model.SYN|model.ACK) {
		s.Len, s.Flags = 0, s.Flags&^(model.FIN|model.PSH|model.URG)
	}
	if h.Ways.AckFirst && t.State == model.SynReceived && t.Is(model.Passive) && s.Has(model.ACK) && !s.Has(model.RST) && s.Ack != t.Snd.Nxt {
		s.Seq, s.Len, s.Flags, s.TSVal = t.Rcv.Nxt, 0, model.ACK, max(s.TSVal, t.TS.Recent)
	}
	if h.Ways.PawsOneOlder && t.Is(model.TSOK) && s.Opts&model.OptTimestamps != 0 && s.TSVal == t.TS.Recent-1 {
		s.TSVal++
	}
	switch {
	case h.Ways.TimeWaitCheck && t.State == model.TimeWait:
		return h.inTimeWait(t, s)
	case synFin && h.Ways.DropSynFin && t.State != model.Closed:
		return nil
	case h.Ways.SynCache && t.State == model.Listen && s.Flags&(model.SYN|model.ACK|model.RST) == model.SYN|model.ACK:
		return nil
	case synFin && h.Ways.ForgetFin && t.State == model.SynSent && !s.Has(model.ACK):
		s.Flags &^= model.FIN
	case h.Ways.OldFin && t.State >= model.CloseWait && s.Flags&(model.SYN|model.FIN|model.RST|model.ACK) == model.FIN|model.ACK && s.End() == t.Rcv.Nxt:
		ack := s
		ack.Seq, ack.Len, ack.Flags = t.Rcv.Nxt, 0, model.ACK
		return []model.Segment{ack, s}
	}
	return []model.Segment{s}
}

// inTimeWait implements TimeWaitCheck.
func (h *Host) inTimeWait(t model.TCB, s model.Segment) []model.Segment {
	switch {
	case s.Has(model.RST):
	case !s.Has(model.ACK):
		if s.Has(model.SYN) && t.Rcv.Nxt.Less(s.Seq) && !(s.Has(model.FIN) && h.Ways.DropSynFin) {
			s.Flags &^= model.FIN // which the SYN cache ignores
			return []model.Segment{s}
		}
	case t.Is(model.TSOK) && s.Opts&model.OptTimestamps == 0:
	case s.Has(model.FIN) && s.End() == t.Rcv.Nxt:
		return []model.Segment{s}
	case s.Flags != model.ACK || s.Len > 0 || s.Seq != t.Rcv.Nxt || s.Ack != t.Snd.Nxt:
		return []model.Segment{{Seq: t.Rcv.Nxt - 1, Ack: t.Snd.Nxt, Flags: model.ACK, Len: 1, Opts: s.Opts & model.OptTimestamps, TSVal: t.TS.Recent}}
	}
	return nil
}

// after changes a segment of the model to the one that the host sends. t is the state before, and in the input.
func (h *Host) after(t, now model.TCB, in conform.Input, syn bool, s *model.Segment) {
	call := in.Op == conform.Abort || in.Op == conform.Release || in.Op == conform.Close || in.Op == conform.Sleep
	switch {
	case h.Ways.RepeatsFin && now.State == model.Closing && !now.FinAcked() && s.Flags == model.ACK && s.Len == 0:
		s.Flags, s.Seq = model.FIN|model.ACK, now.Snd.Nxt-1
	case h.Ways.OwnRstAcks && s.Has(model.RST) && (call && t.State >= model.SynReceived || syn && t.State.Synchronized()):
		s.Flags, s.Seq, s.Ack, s.TSEcr = model.RST|model.ACK, t.Snd.Nxt, t.Rcv.Nxt, t.TS.Recent
	}
}
