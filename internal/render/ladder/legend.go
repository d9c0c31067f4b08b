package ladder

import "strings"

// signs are what a ladder shows beside states, segments and calls, and what each means.
var signs = []struct {
	sign, means string
	occurs      func(r *row) bool
}{
	{"-->", "a segment leaves an endpoint, or arrives at one", func(r *row) bool { return strings.Contains(r.arrows[0]+r.arrows[1], "-") }},
	{"...", "the network: a segment goes into it, or comes out of it later", func(r *row) bool { return strings.Contains(r.arrows[0]+r.arrows[1], "...") }},
	{"t=1", "ticks of the clock that have passed", func(r *row) bool { return r.tick > 0 }},
	{"(CLOSE)", "in parentheses: what a user calls, or a timer does", func(r *row) bool { return strings.HasPrefix(r.note, "(") && !strings.HasPrefix(r.note, "(this is ") }},
	{"\"...\"", "in quotation marks: what the user is told", func(r *row) bool { return strings.HasPrefix(r.note, `"`) }},
	{"accepts data", "data is accepted, from this sequence number on", func(r *row) bool { return strings.HasPrefix(r.note, "accepts data") }},
	{"A1, A2", "the first and the second incarnation (connection) of A", func(r *row) bool {
		return strings.HasPrefix(r.note, "(this is ") || strings.Contains(r.note, " OPEN, ")
	}},
	{"(old)", "a segment of an earlier connection, from before the start", func(r *row) bool { return r.says("(old)") }},
	{"(from A1)", "a segment that an earlier incarnation sent", func(r *row) bool { return r.says("(from ") }},
	{"(duplicate)", "the segment has arrived before", func(r *row) bool { return r.says("(duplicate)") }},
	{"(dup of A1)", "the segment has arrived before, and an earlier incarnation sent it", func(r *row) bool { return r.says("(dup of ") }},
	{"(attacker)", "a forged segment", func(r *row) bool { return r.says("(attacker)") }},
	{"(lost)", "the network loses the segment", func(r *row) bool { return r.says("(lost)") }},
	{"***", "what went wrong in this step", func(r *row) bool { return strings.HasPrefix(r.note, "***") }},
}

// says reports whether one of the columns of states begins with the sign.
func (r *row) says(sign string) bool {
	return strings.HasPrefix(r.states[0], sign) || strings.HasPrefix(r.states[1], sign)
}

// legend explains the signs that occur.
func (p *printer) legend(rows []row) {
	p.flush()
	for _, s := range signs {
		for i := range rows {
			if s.occurs(&rows[i]) {
				p.cell(stateWidth, usual, s.sign)
				p.cell(0, faint, s.means)
				p.flush()
				break
			}
		}
	}
}
