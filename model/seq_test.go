package model

import "testing"

// TestSeq: comparison is on the circle, and a window may span the wrap and half of the circle.
func TestSeq(t *testing.T) {
	const top = ^Seq(0)
	claim := func(what string, ok bool) {
		t.Helper()
		if !ok {
			t.Error(what)
		}
	}
	claim("the last number is before 0", top.Less(0) && !Seq(0).Less(top))
	claim("a number is not before itself", !Seq(5).Less(5) && Seq(5).AtMost(5))
	claim("half the circle less one is ahead", Seq(0).Less(1<<31-1))
	claim("0 is 1 from the last number", Seq(0).From(top) == 1)
	claim("a window over the wrap holds both of its ends", top.In(top, 2) && Seq(0).In(top, 2) && !Seq(1).In(top, 2))
	claim("a window wider than half the circle is exact", Seq(1<<31+5).In(0, 1<<31+6) && !Seq(1<<31+6).In(0, 1<<31+6))
	claim("an empty window holds nothing", !Seq(0).In(0, 0))
	claim("the later of two over the wrap is the small one", top.Max(0) == 0 && Seq(0).Max(top) == 0)
}

// TestTable6: the four cases of §3.10.7.4 at both edges of the window, and over the wrap,
// against a twin that counts on the whole line.
func TestTable6(t *testing.T) {
	twin := func(off, length, wnd int) bool {
		inside := func(n int) bool { return 0 <= n && n < wnd }
		switch {
		case length == 0 && wnd == 0:
			return off == 0
		case length == 0:
			return inside(off)
		case wnd == 0:
			return false
		}
		return inside(off) || inside(off+length-1)
	}
	for _, first := range []Seq{0, 1, 300, 1<<31 - 3, 1 << 31, ^Seq(0) - 4, ^Seq(0)} {
		for wnd := 0; wnd <= 6; wnd++ {
			for off := -9; off <= 9; off++ {
				for length := 0; length <= 14; length++ {
					m := machine{seg: Segment{Seq: first + Seq(off), Len: uint16(length), Flags: ACK}}
					m.t.Rcv.Nxt, m.t.Rcv.Wnd = first, uint32(wnd)
					if got := m.acceptable(); got != twin(off, length, wnd) {
						t.Fatalf("RCV.NXT=%d RCV.WND=%d SEG.SEQ=%d SEG.LEN=%d: %v", first, wnd, m.seg.Seq, length, got)
					}
				}
			}
		}
	}
}

// TestTrim: after trimming, an acceptable segment lies within the window, and keeps all that does.
func TestTrim(t *testing.T) {
	for _, first := range []Seq{300, 1 << 31, ^Seq(0) - 4, ^Seq(0), 0} {
		for wnd := uint32(1); wnd <= 6; wnd++ {
			for off := -9; off <= 6; off++ {
				for length := range uint16(14) {
					for _, ctl := range []Flags{ACK, ACK | FIN, ACK | SYN, ACK | SYN | FIN} {
						m := machine{seg: Segment{Seq: first + Seq(off), Len: length, Flags: ctl}}
						m.t.Rcv.Nxt, m.t.Rcv.Wnd = first, wnd
						if !m.acceptable() || m.seg.Span() == 0 {
							continue
						}
						before := m.seg
						inside := uint32(0)
						for n := range before.Span() {
							if (before.Seq + Seq(n)).In(first, wnd) {
								inside++
							}
						}
						m.trim()
						if m.seg.Span() != inside || inside > 0 && !m.seg.Seq.In(first, wnd) {
							t.Fatalf("RCV.NXT=%d RCV.WND=%d: %v became %v", first, wnd, before, m.seg)
						}
					}
				}
			}
		}
	}
}
