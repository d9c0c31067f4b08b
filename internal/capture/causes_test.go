package capture

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket/layers"

	"github.com/tcpcheck/tcpcheck/internal/wire"
	"github.com/tcpcheck/tcpcheck/model"
)

// says reports whether some remark of a rule on c, or on a segment of it, has the words.
func (c *Connection) says(rule, words string) bool {
	remarks := c.Remarks
	for _, s := range c.Segments {
		remarks = append(remarks, s.Remarks...)
	}
	for _, r := range remarks {
		if r.Rule == rule && strings.Contains(r.Text, words) {
			return true
		}
	}
	return false
}

// atMs gives the last segment a time, in milliseconds since the first.
func (l *list) atMs(ms int) *list {
	l.ps[len(l.ps)-1].Time = l.ps[0].Time.Add(time.Duration(ms) * time.Millisecond)
	return l
}

func (l *list) ttl(n uint8) *list { l.ps[len(l.ps)-1].TTL = n; return l }

// Each row is a capture whose reader asks why: what is said of it, and how the opening is called.
func TestCauses(t *testing.T) {
	opens := func() *list { return new(list).add(A, 100, 0, syn, 0) }
	tests := []struct {
		claim, rule, words, opened string
		l                          *list
	}{
		{"a RST that came over another path", "reset", "its TTL is 61, and that of B's other segments is 52", OpenedThree,
			established().add(B, 301, 101, ack|psh, 5).ttl(52).add(B, 306, 0, rst, 0).ttl(61)},
		{"SYNs again, as RFC 6298 asks", "syn-schedule", "after 1.000 s, 2.000 s (each pause is twice the one before", openedNoAnswer,
			opens().add(A, 100, 0, syn, 0).atMs(1000).add(A, 100, 0, syn, 0).atMs(3000)},
		{"SYNs again, in even pauses", "syn-schedule", "the pauses are alike", openedNoAnswer,
			opens().add(A, 100, 0, syn, 0).atMs(1000).add(A, 100, 0, syn, 0).atMs(2000).add(A, 100, 0, syn, 0).atMs(3000)},
		{"SYNs again, in strange pauses", "syn-schedule", "RFC 6298 asks that each pause", openedNoAnswer,
			opens().add(A, 100, 0, syn, 0).atMs(1000).add(A, 100, 0, syn, 0).atMs(1100)},
		{"an answer to the second SYN", "syn-schedule", "then B answered", OpenedThree,
			opens().add(A, 100, 0, syn, 0).atMs(1000).add(B, 300, 101, syn|ack, 0).atMs(1001).add(A, 101, 301, ack, 0).atMs(1002)},
		{"a SYN again after a refusal", "syn-repeated", "although B refused it", openedRefused,
			opens().add(B, 0, 101, rst|ack, 0).add(A, 100, 0, syn, 0)},
		{"a RST that does not end the earlier connection", "old-connection", "although the RST of packet 3 ends it", openedOld,
			opens().add(B, 7000, 5000, ack, 0).add(A, 5000, 0, rst, 0).add(A, 100, 0, syn, 0).add(B, 7000, 5000, ack, 0)},
		{"a segment before the SYN of its sender", "not-its-numbers", "B's first number is 300", OpenedThree,
			opens().add(B, 0, 101, fin|ack, 0).add(B, 300, 101, syn|ack, 0).add(A, 101, 301, ack, 0)},
	}
	for _, tt := range tests {
		conns, sum := judged(t, tt.l)
		if c := conns[0]; !c.says(tt.rule, tt.words) || c.Opened != tt.opened || sum.Impossible > 0 {
			t.Errorf("%s: want %s with %q, opened %q\n%s", tt.claim, tt.rule, tt.words, tt.opened, draw(conns))
		}
	}
	conns, _ := judged(t, closedByA().add(A, 90000, 0, syn, 0).add(B, 302, 102, ack, 0).add(A, 102, 0, rst, 0))
	if conns[1].Opened != openedOld || conns[1].TimeWait != "nobody" {
		t.Errorf("who answers was not in TIME-WAIT\n%s", draw(conns))
	}
	conns, _ = judged(t, closedByA().add(B, 90000, 0, syn, 0).add(A, 102, 302, ack, 0).add(B, 302, 0, rst, 0))
	if c := conns[1]; c.TimeWait != "B, of the connection before" {
		t.Errorf("who was in TIME-WAIT and answers is still there\n%s", draw(conns))
	}
}

// A segment that a NAT left as it is continues a connection with another socket.
func TestUntranslatedSegment(t *testing.T) {
	stray := func(seq, ackNo model.Seq) *Connection {
		l := established().add(B, 301, 101, ack|psh, 50).add(B, seq, ackNo, ack|psh, 50)
		p := &l.ps[len(l.ps)-1]
		p.Flow.Src = netip.MustParseAddrPort("198.51.100.9:8080")
		conns, _ := judged(t, l)
		return conns[1]
	}
	if c := stray(351, 101); !c.says("translated", "192.0.2.2:80") {
		t.Errorf("the numbers go on, want translated, got %v", c.Remarks)
	}
	if c := stray(9351, 101); len(c.Remarks) > 0 {
		t.Errorf("the numbers are others, got %v", c.Remarks)
	}
}

// icmpAbout is an IPv4 packet with an ICMP error about the packet.
func icmpAbout(kind, code byte, packet []byte) []byte {
	b := []byte{0x45, 0, 0, 0, 0, 0, 0, 0, 64, 1, 0, 0, 203, 0, 113, 1, 192, 0, 2, 1, kind, code, 0, 0, 0, 0, 0, 0}
	b = append(b, packet[:28]...)
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	return b
}

func TestICMPErrors(t *testing.T) {
	open, err := wire.Encode(model.Segment{Seq: 100, Flags: model.SYN}, flowAB, nil)
	if err != nil {
		t.Fatal(err)
	}
	other, err := wire.Encode(model.Segment{Seq: 7, Flags: model.SYN}, wire.Flow{Src: flowAB.Dst, Dst: netip.MustParseAddrPort("198.51.100.1:9")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	judge := func(packets ...[]byte) (conns []*Connection, sum Summary) {
		src := openBytes(t, pcapOf(binary.LittleEndian, 0xa1b2c3d4, layers.LinkTypeRaw, packets...))
		sum, err := Judge(src, Options{}, func(c *Connection) { conns = append(conns, c) })
		if err != nil {
			t.Fatal(err)
		}
		return conns, sum
	}
	conns, sum := judge(open, icmpAbout(3, 13, open), icmpAbout(3, 3, other), icmpAbout(8, 0, open))
	if c := conns[0]; c.Opened != openedICMP || !c.says("icmp-error", "203.0.113.1 answers this with an ICMP error in packet 2: administratively prohibited (type 3, code 13)") {
		t.Errorf("the error stands at the SYN that it is about\n%s", draw(conns))
	}
	if sum.Segments != 1 || sum.Skipped["ICMP error about a connection that is not in the capture"] != 1 || sum.Skipped["IP, but not TCP"] != 1 {
		t.Errorf("an error about another connection, and an echo, are skipped, got %+v", sum)
	}
	for n := range open { // no octet that is missing, or another, makes it panic
		b := bytes.Clone(icmpAbout(3, 1, open))
		b[20+n%len(b[20:])] ^= 0xff
		_, _ = wire.ICMPErrorOf(b)
		_, _ = wire.ICMPErrorOf(b[:n])
	}
}

// A host that leaves checksums to its network card computes some itself, such as that of an ACK without a connection. So a right
// one says nothing about the sums that the card would have completed.
func TestChecksumsLeftToTheCard(t *testing.T) {
	for _, partial := range []bool{false, true} {
		l := established().add(B, 301, 101, ack, 0).add(B, 301, 101, psh|ack, 10)
		l.ps[3].GoodChecksum = true
		l.ps[4].BadChecksum, l.ps[4].Partial = true, partial
		conns, sum := judged(t, l)
		if got := conns[0].says("corrupt", "damaged on the way"); got == partial || sum.BadChecksums != 1 {
			t.Errorf("partial %v: damaged %v, %d wrong sums", partial, got, sum.BadChecksums)
		}
	}
}

// A RST below the initial number can be of an earlier connection of the same sockets, unless the capture is older than every segment
// of that. It does not end this one.
func TestResetOfAnEarlierConnection(t *testing.T) {
	for _, before := range []time.Duration{0, 3 * time.Minute} {
		l := established().add(A, 50, 0, rst, 0).add(A, 101, 301, ack, 0)
		other := l.ps[0]
		other.Flow.Src = netipPort(other.Flow.Src, 9)
		other.Time = other.Time.Add(-before)
		l.ps = append([]Packet{other}, l.ps...)
		conns, sum := judged(t, l)
		c := conns[0]
		if c.Sockets[A] != flowAB.Src {
			c = conns[1]
		}
		young := before == 0
		if (sum.Impossible == 0) != young || c.says("rst-number", "an earlier connection") != young ||
			(c.Closed == ClosedNever && c.States[A].Only(model.Established)) != young {
			t.Errorf("captured %v before: %d impossible, closed %q, A in %v, %v", before, sum.Impossible, c.Closed, c.States[A], c.Found)
		}
	}
}
