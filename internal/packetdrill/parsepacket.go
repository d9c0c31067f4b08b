package packetdrill

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

var flagLetters = map[byte]model.Flags{
	'S': model.SYN, 'F': model.FIN, 'R': model.RST, 'P': model.PSH, 'U': model.URG, '.': model.ACK, '-': 0,
}

// packet reads what follows < or >: what is said of IP, the ports, the flags, the numbers and the options.
func (s *scanner) packet() Action {
	begin := s.at
	p := &Packet{Inbound: s.peek() == '<'}
	s.at++
	for s.skip(); s.peek() == '[' || s.peek() == '('; s.skip() {
		if p.Flow = s.ports(); p.Flow != nil {
			break // [2001:db8::1]:80 > [2001:db8::2]:80
		}
		mark := map[byte]string{'[': "]", '(': ")"}[s.peek()]
		s.at++
		p.IP = strings.TrimSpace(p.IP + " " + s.until(mark, mark))
	}
	if p.Flow == nil {
		p.Flow = s.ports()
	}
	s.skip()
	if !s.flags(p) {
		return s.unknown(begin) // icmp, udp, a tunnel
	}
	s.skip()
	s.sequence(p)
	for s.header(p) {
	}
	if s.skipInLine() && (isLetter(s.peek()) || s.peek() == '[' || s.peek() == '(') {
		return s.unknown(begin)
	}
	return p
}

// ports reads SOURCE > DESTINATION, each a port, or an address and a port.
func (s *scanner) ports() *Ports {
	back := s.at
	src, ok := s.end()
	s.skipInLine()
	if !ok || !s.take(">") {
		s.at = back
		return nil
	}
	s.skipInLine()
	dst, ok := s.end()
	if !ok {
		s.fail(s.at, "a port, or an address and a port, after >")
	}
	s.take(":")
	return &Ports{src, dst}
}

func (s *scanner) end() (netip.AddrPort, bool) {
	text := s.while(func(c byte) bool { return !isBlank(c) && c != '>' })
	trimmed := strings.TrimSuffix(text, ":")
	s.at -= len(text) - len(trimmed)
	if n, err := strconv.ParseUint(trimmed, 10, 16); err == nil {
		return netip.AddrPortFrom(netip.Addr{}, uint16(n)), true
	}
	a, err := netip.ParseAddrPort(trimmed)
	return a, err == nil
}

// flags reads S, S., F., R, P., ., - and such; false if it is some other word.
func (s *scanner) flags(p *Packet) bool {
	from := s.at
	text := s.while(func(c byte) bool { return !isBlank(c) })
	if text == "" {
		s.fail(from, "the flags of a packet: letters of SFRPUEW and a point for ACK, or -")
	}
	for i := range len(text) {
		f, ok := flagLetters[text[i]]
		switch {
		case ok:
			p.Flags |= f
		case strings.IndexByte("EWA0123456789", text[i]) >= 0:
			p.Other += text[i : i+1]
		case isLetter(text[0]) && len(text) > 2:
			s.at = from
			return false
		default:
			s.fail(from+i, "a flag: one of SFRPUEW, a point for ACK, or -")
		}
	}
	return true
}

// sequence reads first:last(length), which must agree; only text is counted.
func (s *scanner) sequence(p *Packet) {
	if s.take("*") {
		p.AnySeq = true
		return
	}
	if s.take("seq") {
		s.skip()
	}
	from := s.at
	first := uint32(s.uint(32, "the first sequence number, as in 1:1001(1000)"))
	s.expect(":", ": and the sequence number after the last, as in 1:1001(1000)")
	last := uint32(s.uint(32, "the sequence number after the last, as in 1:1001(1000)"))
	s.expect("(", "( and the length, as in 1:1001(1000)")
	n := uint32(s.uint(16, "the length, as in 1:1001(1000)"))
	s.expect(")", ") after the length")
	if last-first != n {
		s.fail(from, fmt.Sprintf("%d as the length, which is the difference of the two numbers", last-first))
	}
	p.Seq, p.Len = first, uint16(n)
}

// header reads one more part of a packet, if there is one: ack, win, urg, or the options.
func (s *scanner) header(p *Packet) bool {
	back := s.at
	s.skip()
	fields := map[string]*Number{"ack": &p.Ack, "win": &p.Win, "urg": &p.Urg}
	if s.take("<") {
		s.options(p)
		return true
	}
	name := s.while(isWord)
	field, ok := fields[name]
	if !ok {
		s.at = back
		return false
	}
	s.skip()
	field.Set = true
	if field.Any = s.take("*"); !field.Any {
		bits := 32
		if name != "ack" {
			bits = 16
		}
		field.N = uint32(s.uint(bits, "a number after "+name))
	}
	s.take(",")
	return true
}

// options reads up to >.
func (s *scanner) options(p *Packet) {
	from := s.at
	text := s.until(">", "> after the options")
	if strings.TrimSpace(text) == "..." {
		p.AnyOpts = true
		return
	}
	if strings.TrimSpace(text) == "" {
		return
	}
	for _, part := range strings.Split(text, ",") {
		words := strings.FieldsFunc(part, func(r rune) bool { return isBlank(byte(r)) || r == ':' })
		if len(words) == 0 {
			s.fail(from, "options between commas, as in <mss 1460,nop,wscale 7>")
		}
		o := TCPOption{Name: words[0], Raw: strings.Join(strings.Fields(part), " ")}
		o.Known = o.read(words[1:])
		p.Opts = append(p.Opts, o)
	}
}

// shapes are the words that follow an option's name; n is a number.
var shapes = map[string][]string{
	"mss": {"n"}, "wscale": {"n"}, "sackOK": {}, "TS": {"val", "n", "ecr", "n"}, "nop": {}, "eol": {},
}

// read takes the words after an option's name, and reports whether they are such as it has.
func (o *TCPOption) read(words []string) bool {
	o.Padded = o.Name == "nop" || o.Name == "eol"
	shape, ok := shapes[o.Name]
	if o.Name == "sack" {
		shape, ok = slices.Repeat([]string{"n"}, len(words)), len(words) > 0 && len(words)%2 == 0
	}
	if !ok || len(words) != len(shape) {
		return false
	}
	for i, w := range words {
		if shape[i] != "n" {
			ok = ok && w == shape[i]
			continue
		}
		n, err := strconv.ParseUint(w, 10, 32)
		o.Args = append(o.Args, Number{Set: true, Any: w == "*" || w == "...", N: uint32(n)})
		ok = ok && (err == nil || w == "*" || w == "...")
	}
	return ok
}
