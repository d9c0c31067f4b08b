package figures

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// pattern is a segment as a line shows it, with the fields that it shows.
type pattern struct {
	seg   model.Segment
	shown map[string]bool
}

var flagByName = map[string]model.Flags{
	"SYN": model.SYN, "FIN": model.FIN, "RST": model.RST,
	"PSH": model.PSH, "ACK": model.ACK, "URG": model.URG,
}

// parsePattern reads <SEQ=100><ACK=300><CTL=SYN,ACK>.
func parsePattern(text string) (pattern, error) {
	p := pattern{seg: model.Segment{Wnd: 65535}, shown: map[string]bool{}}
	for _, f := range strings.Split(text, ">") {
		f = strings.TrimPrefix(strings.TrimSpace(f), "<")
		if f == "" {
			continue
		}
		name, value, _ := strings.Cut(f, "=")
		if p.shown[name] {
			return p, fmt.Errorf("%s is given twice", name)
		}
		p.shown[name] = true
		if err := p.set(name, value); err != nil {
			return p, err
		}
	}
	for _, name := range []string{"SEQ", "CTL"} {
		if !p.shown[name] {
			return p, fmt.Errorf("the segment has no %s", name)
		}
	}
	if p.shown["ACK"] != p.seg.Has(model.ACK) {
		return p, fmt.Errorf("the field ACK and the control bit ACK go together")
	}
	return p, nil
}

func (p *pattern) set(name, value string) error {
	s := &p.seg
	if name == "CTL" {
		for _, f := range strings.Split(value, ",") {
			bit, ok := flagByName[f]
			if !ok {
				return fmt.Errorf("no control bit %q", f)
			}
			s.Flags |= bit
		}
		return nil
	}
	if name == "OTHER-COMPARTMENT" && value == "" {
		s.Opts |= model.OtherCompartment
		return nil
	}
	if name == "SACK" && value == "" {
		s.Opts |= model.OptSACKPermitted
		return nil
	}
	if name == "TS" && value == "none" {
		return nil
	}
	if name == "TS" {
		val, ecr, _ := strings.Cut(value, ",")
		v, err1 := number(val, 32)
		e, err2 := number(ecr, 32)
		if err1 != nil || err2 != nil {
			return fmt.Errorf("TS wants two numbers or none, not %q", value)
		}
		s.TSVal, s.TSEcr = v, e
		s.Opts |= model.OptTimestamps
		return nil
	}
	bits := 16
	if name == "SEQ" || name == "ACK" {
		bits = 32
	}
	n, err := number(value, bits)
	if err != nil {
		return fmt.Errorf("%s wants a number, not %q", name, value)
	}
	switch name {
	case "SEQ":
		s.Seq = model.Seq(n)
	case "ACK":
		s.Ack = model.Seq(n)
	case "DATA":
		s.Len = uint16(n)
	case "W":
		s.Wnd = uint16(n)
	case "UP":
		s.Up = uint16(n)
	case "MSS":
		s.MSS, s.Opts = uint16(n), s.Opts|model.OptMSS
	case "WS":
		s.WScale, s.Opts = uint8(n), s.Opts|model.OptWindowScale
	default:
		return fmt.Errorf("no field %q", name)
	}
	return nil
}

func number(text string, bits int) (uint32, error) {
	n, err := strconv.ParseUint(text, 10, bits)
	return uint32(n), err
}

// matches reports whether a segment is the one that the line shows.
func (p pattern) matches(s model.Segment) bool {
	mask := ^model.PSH
	if p.seg.Has(model.PSH) {
		mask = ^model.Flags(0)
	}
	w := p.seg
	return w.Seq == s.Seq && w.Flags&mask == s.Flags&mask && w.Len == s.Len &&
		(!p.shown["ACK"] || w.Ack == s.Ack) &&
		(!p.shown["W"] || w.Wnd == s.Wnd) &&
		(!p.shown["UP"] || w.Up == s.Up) &&
		(!p.shown["TS"] || s.Opts&model.OptTimestamps == w.Opts&model.OptTimestamps && w.TSVal == s.TSVal && w.TSEcr == s.TSEcr) &&
		(!p.shown["SACK"] || s.Opts&model.OptSACKPermitted != 0) &&
		(!p.shown["MSS"] || s.Opts&model.OptMSS != 0 && w.MSS == s.MSS) &&
		(!p.shown["WS"] || s.Opts&model.OptWindowScale != 0 && w.WScale == s.WScale)
}

// describe prints a segment with the fields that the pattern shows beside the usual ones.
func (p pattern) describe(s model.Segment) string {
	text := s.String()
	if p.shown["W"] {
		text += fmt.Sprintf("<W=%d>", s.Wnd)
	}
	if p.shown["UP"] {
		text += fmt.Sprintf("<UP=%d>", s.Up)
	}
	if p.shown["MSS"] && s.Opts&model.OptMSS != 0 {
		text += fmt.Sprintf("<MSS=%d>", s.MSS)
	}
	if p.shown["WS"] && s.Opts&model.OptWindowScale != 0 {
		text += fmt.Sprintf("<WS=%d>", s.WScale)
	}
	if p.shown["SACK"] && s.Opts&model.OptSACKPermitted != 0 {
		text += "<SACK>"
	}
	return text
}
