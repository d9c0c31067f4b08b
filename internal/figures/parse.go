package figures

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// syntaxError is a script that cannot be read.
type syntaxError struct {
	File string
	Line int
	Text string
	Why  string
}

func (e *syntaxError) Error() string {
	return fmt.Sprintf("%s.txt:%d: %s\n\t%s", e.File, e.Line, e.Why, e.Text)
}

const middle = 40 // the first column, from 0, of what belongs to B

var (
	label   = regexp.MustCompile(`^ *[0-9]+[a-z]?(\.[0-9]+)?\.? `)
	segment = regexp.MustCompile(`^(.*?)(-->|<--|\.\.\.|\(lost\)) *((?:<[A-Z][^<>]*> *)+)(-->|<--|\.\.\.|\(lost\))(.*)$`)
	note    = regexp.MustCompile(`\([^()]*\)`)
	gap     = regexp.MustCompile(`  +`)
)

// Parse reads a script; the name is used in errors.
func Parse(name, text string) (Script, error) {
	s := Script{Name: name, Text: text}
	for i := range s.ends {
		s.ends[i].config = model.Default()
	}
	var given [2]bool
	for i, raw := range strings.Split(text, "\n") {
		raw = strings.TrimRight(raw, " \r")
		if raw == "" || strings.HasPrefix(raw, "#") {
			continue
		}
		fail := func(err error) (Script, error) {
			return Script{}, &syntaxError{name, i + 1, raw, err.Error()}
		}
		if strings.Contains(raw, "\t") {
			return fail(fmt.Errorf("a tab: columns want blanks"))
		}
		if m := header.FindStringSubmatch(raw); m != nil && len(s.lines) == 0 {
			if err := s.header(m[1], strings.TrimSpace(m[2]), &given); err != nil {
				return fail(err)
			}
			continue
		}
		l, err := parseLine(raw)
		if err != nil {
			return fail(err)
		}
		l.number, l.text = i+1, raw
		s.lines = append(s.lines, l)
	}
	if !given[0] || !given[1] {
		return Script{}, &syntaxError{name, 1, "", "the header does not say how A and B begin"}
	}
	return s, nil
}

func parseLine(raw string) (line, error) {
	// The number of a line is blanked out, so that the columns stay.
	if n := label.FindString(raw); n != "" {
		raw = strings.Repeat(" ", len(n)) + raw[len(n):]
	}
	if m := segment.FindStringSubmatch(raw); m != nil {
		return parseMove(m)
	}
	var l line
	at := 0
	for _, part := range gap.Split(raw, -1) {
		at += strings.Index(raw[at:], part)
		if part == "" {
			continue
		}
		it, err := parseItem(part)
		if err != nil {
			return l, err
		}
		if at >= middle {
			it.side = atB
		}
		at += len(part)
		l.items = append(l.items, it)
	}
	return l, nil
}

var places = map[[2]string][2]place{
	{"-->", "-->"}:    {atA, atB},
	{"<--", "<--"}:    {atB, atA},
	{"-->", "..."}:    {atA, inNetwork},
	{"...", "<--"}:    {atB, inNetwork},
	{"...", "-->"}:    {inNetwork, atB},
	{"<--", "..."}:    {inNetwork, atA},
	{"-->", "(lost)"}: {atA, nowhere},
	{"(lost)", "<--"}: {atB, nowhere},
}

func parseMove(m []string) (line, error) {
	l := line{move: &move{}}
	way, ok := places[[2]string{m[2], m[4]}]
	if !ok {
		return l, fmt.Errorf("a segment cannot go %s %s", m[2], m[4])
	}
	l.move.from, l.move.to = way[0], way[1]
	var err error
	if l.move.pattern, err = parsePattern(m[3]); err != nil {
		return l, err
	}
	for side, text := range []string{m[1], m[5]} {
		for _, n := range note.FindAllString(text, -1) {
			if err := l.move.remark(n); err != nil {
				return l, err
			}
		}
		text = strings.TrimSpace(note.ReplaceAllString(text, ""))
		if text == "" {
			continue
		}
		state, ok := model.ParseState(text)
		if !ok {
			return l, fmt.Errorf("no state %q", text)
		}
		l.states[side] = wantState{state, true}
	}
	return l, nil
}

func (m *move) remark(text string) error {
	if m.from != inNetwork {
		return fmt.Errorf("%s is only for what arrives from the network", text)
	}
	switch text {
	case "(again)":
		m.origin = again
	case "(duplicate)", "(forged)":
		m.origin = written
	default:
		return fmt.Errorf("no remark %s beside a segment", text)
	}
	return nil
}
