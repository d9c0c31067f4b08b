package packetdrill

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

var flagLetters = map[byte]model.Flags{
	'S': model.SYN, 'F': model.FIN, 'R': model.RST, 'P': model.PSH, 'U': model.URG,
}

// packet reads what follows < or >: fields of IP, the ports, the flags, the numbers and the options.
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
	if back := s.at; p.Inbound && p.Flow == nil && s.take("icmp") {
		if m, ok := s.icmp(); ok {
			return m
		}
		s.at = back
	}
	if !s.flags(p) {
		return s.unknown(begin) // other ICMP, UDP, a tunnel
	}
	s.sequence(p)
	p.Ack = s.number("ack", 32)
	p.Win = s.number("win", 16)
	p.Urg = uint16(s.number("urg", 16).N)
	if p.Inbound && !p.Win.Set {
		s.fail(s.at, "win and the window, which a packet that arrives must have")
	}
	back := s.at
	if s.mark("<") {
		s.options(p)
		back = s.at
	}
	switch s.skip(); {
	case s.take("/"):
		return s.encapsulated(p)
	case s.peek() == '[':
		return s.unknown(begin) // the reason in the data of a RST
	}
	s.at = back
	return p
}

// encapsulated reads the ports of UDP after a segment, in the notation of FreeBSD's packetdrill.
func (s *scanner) encapsulated(p *Packet) Action {
	s.expectWord("udp")
	s.expect("(", "( and the ports of UDP")
	s.skip()
	s.uint(16, "a port of UDP")
	s.expect(">", "> and the other port of UDP")
	s.skip()
	s.uint(16, "a port of UDP")
	s.expect(")", ") after the ports of UDP")
	p.UDP = true
	return p
}

func (s *scanner) expectWord(word string) {
	s.skip()
	if from := s.at; s.while(isWord) != word {
		s.fail(from, word)
	}
}

// ports reads SOURCE > DESTINATION, each a port, or an address and a port.
func (s *scanner) ports() *Ports {
	back := s.at
	src, ok := s.end()
	if s.skip(); !ok || !s.take(">") {
		s.at = back
		return nil
	}
	s.skip()
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

// flags reads flags like S, S., P., . and -. It returns false for the name of another protocol.
func (s *scanner) flags(p *Packet) bool {
	from := s.at
	if s.take("-") {
		return true
	}
	for ; ; s.skip() {
		if s.peek() == '.' && !s.has("...") {
			s.at++
			p.Flags |= model.ACK
			if isDigit(s.peek()) { // .5, of accurate ECN
				p.Other += s.while(isDigit)
			}
			continue
		}
		if !isLetter(s.peek()) || s.has("seq") {
			break
		}
		at := s.at
		word := s.while(isWord)
		if strings.ToUpper(word) != word {
			if s.at = from; at > from {
				s.fail(at, "the sequence numbers, as in 1:1001(1000)")
			}
			return false
		}
		for i := range len(word) {
			f, ok := flagLetters[word[i]]
			p.Flags |= f
			switch {
			case ok:
			case strings.IndexByte("EWA01234567", word[i]) >= 0:
				p.Other += word[i : i+1]
			default:
				s.fail(at+i, "a flag: one of SFRPUEW, a point for ACK, or -")
			}
		}
	}
	if s.at == from {
		s.fail(from, "the flags of a packet: letters of SFRPUEW and a point for ACK, or -")
	}
	return true
}

// sequence reads first:last(length), which must agree, or ...(length); only data is counted.
func (s *scanner) sequence(p *Packet) {
	s.skip()
	from := s.at
	if s.take("...") {
		p.AnySeq = true
	} else {
		p.Seq = uint32(s.uint(32, "the first sequence number, as in 1:1001(1000)"))
		s.expect(":", ": and the sequence number after the last, as in 1:1001(1000)")
	}
	last := uint64(0)
	if !p.AnySeq {
		s.skip()
		last = s.uint(32, "the sequence number after the last, as in 1:1001(1000)")
	}
	s.expect("(", "( and the length, as in 1:1001(1000)")
	s.skip()
	p.Len = uint16(s.uint(16, "the length, as in 1:1001(1000)"))
	s.expect(")", ") after the length")
	if !p.AnySeq && last != uint64(p.Seq)+uint64(p.Len) {
		s.fail(from, fmt.Sprintf("%d as the second number, which is the first one and the length", uint64(p.Seq)+uint64(p.Len)))
	}
	back := s.at
	if p.AnySeq || !s.mark("!") {
		s.at = back
		return
	}
	p.Absolute = true
}

// number reads the field with this name, if it is next.
func (s *scanner) number(name string, bits int) (n Number) {
	back := s.at
	s.skip()
	if s.while(isWord) != name {
		s.at = back
		return n
	}
	s.skip()
	return Number{Set: true, N: uint32(s.uint(bits, "a number after "+name))}
}

// options reads up to >.
func (s *scanner) options(p *Packet) {
	from := s.at
	text := strings.TrimSpace(s.until(">", "> after the options"))
	if text == "..." {
		if p.AnyOpts = true; p.Inbound {
			s.fail(from, "the options, since <...> is for packets that are sent")
		}
		return
	}
	size, known := 0, true
	for part := range strings.SplitSeq(text, ",") {
		o, n := s.tcpOption(from, part)
		p.Opts = append(p.Opts, o)
		size += n
		known = known && o.Known
	}
	switch {
	case size > 40:
		s.fail(from, "options of at most 40 octets")
	case known && size%4 != 0:
		s.fail(from, fmt.Sprintf("%d octets of nop or eol more, since options take a multiple of 4 octets", 4-size%4))
	}
}

// shape is the notation of an option (n is a number), its length in octets, and the bits of each number.
type shape struct {
	words      []string
	size, bits int
}

var shapes = map[string]shape{
	"mss": {[]string{"n"}, 4, 16}, "wscale": {[]string{"n"}, 3, 8}, "sackOK": {nil, 2, 0}, "nop": {nil, 1, 0}, "eol": {nil, 1, 0},
	"TS": {[]string{"val", "n", "ecr", "n"}, 10, 32}, "sack": {nil, 2, 32},
}

// tcpOption reads one option, and returns its length in octets. Of some options only the name is known.
func (s *scanner) tcpOption(from int, part string) (o TCPOption, size int) {
	words := strings.Fields(strings.NewReplacer(":", " ", "!", " ! ").Replace(part))
	if len(words) == 0 {
		s.fail(from, "options between commas, as in <mss 1460,nop,wscale 7>")
	}
	o = TCPOption{Name: words[0], Raw: strings.Join(strings.Fields(part), " ")}
	sh, ok := shapes[o.Name]
	switch name, _, _ := strings.Cut(o.Name, "-"); name {
	case "md5", "FO", "FOEXP", "ECN", "acc", "AccECN", "gen", "exp":
		return o, 0
	}
	if !ok && len(words) == 1 && strings.Trim(o.Name, "0123456789abcdefABCDEF") == "" {
		return o, 0 // the octets themselves
	}
	args := words[1:]
	if o.Name == "sack" {
		for range args {
			sh.words, sh.size = append(sh.words, "n"), sh.size+4
		}
		ok = len(args) > 0 && len(args)%2 == 0
	}
	for _, w := range sh.words {
		if len(args) == 0 {
			ok = false
			break
		}
		if w != "n" {
			ok = ok && args[0] == w
			args = args[1:]
			continue
		}
		n, err := strconv.ParseUint(args[0], 10, sh.bits)
		ellipsis := o.Name == "TS" && len(o.Args) == 0 && args[0] == "..."
		ok = ok && (err == nil || ellipsis)
		args = args[1:]
		arg := Number{Set: true, Any: ellipsis, N: uint32(n)}
		if len(args) > 0 && args[0] == "!" && o.Name == "TS" && len(o.Args) == 1 {
			arg.Absolute, args = true, args[1:]
		}
		o.Args = append(o.Args, arg)
	}
	if !ok || len(args) > 0 {
		s.fail(from, "options such as <mss 1460,nop,wscale 7,sackOK,TS val 1 ecr 0,nop,nop>")
	}
	o.Known = true
	return o, sh.size
}
