package packetdrill

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"slices"
)

// Report has the results of many scripts.
type Report []Result

// Count returns how many scripts have this verdict.
func (r Report) Count(v Verdict) (n int) {
	for _, s := range r {
		if s.Verdict == v {
			n++
		}
	}
	return n
}

// Unknown returns how many scripts have this verdict without an entry in the table of deviations.
func (r Report) Unknown(v Verdict) (n int) {
	for _, s := range r {
		if s.Verdict == v && s.Known == "" {
			n++
		}
	}
	return n
}

// Lack is something that is not supported, and the number of scripts that stop at it.
type Lack struct {
	What    string `json:"what"`
	Scripts int    `json:"scripts"`
}

// Lacks lists what is not supported, the most frequent first.
func (r Report) Lacks() (list []Lack) {
	for _, s := range r {
		if s.Verdict != Unsupported {
			continue
		}
		i := slices.IndexFunc(list, func(l Lack) bool { return l.What == s.What })
		if i < 0 {
			i, list = len(list), append(list, Lack{What: s.What})
		}
		list[i].Scripts++
	}
	slices.SortStableFunc(list, func(a, b Lack) int { return cmp.Compare(b.Scripts, a.Scripts) })
	return list
}

// Place returns the file of a result, with the line and the column if they are known.
func (r *Result) Place() string {
	switch {
	case r.Column > 0:
		return fmt.Sprintf("%s:%d:%d", r.File, r.Line, r.Column)
	case r.Line > 0:
		return fmt.Sprintf("%s:%d", r.File, r.Line)
	}
	return r.File
}

// Detail explains the verdict in lines. A PASS has none.
func (r *Result) Detail() []string {
	switch r.Verdict {
	case Fail, Broken:
		return []string{"expected  " + r.Expected, "got       " + r.Got}
	case Unsupported:
		return []string{r.What}
	}
	return nil
}

// Write prints a result: its verdict in a line, and further lines with details.
func (r *Result) Write(w io.Writer) {
	fmt.Fprintf(w, "%-12s %-8s %s\n", r.Verdict, r.Profile, r.Place())
	lines := append(slices.Clone(r.Detail()), r.Notes...)
	for _, g := range r.Granted {
		lines = append(lines, "granted   "+g)
	}
	if r.Known != "" {
		lines = append(lines, "known     "+r.Known)
	}
	for _, line := range lines {
		fmt.Fprintf(w, "                      %s\n", line)
	}
}

// Summary counts the verdicts in a line.
func (r Report) Summary(system string) string {
	text := fmt.Sprintf("%d scripts against %s: %d pass, %d fail, %d unsupported, %d cannot be read",
		len(r), system, r.Count(Pass), r.Count(Fail), r.Count(Unsupported), r.Count(Broken))
	granted, known := 0, 0
	for _, s := range r {
		if s.Verdict == Pass && len(s.Granted) > 0 {
			granted++
		}
		if s.Known != "" {
			known++
		}
	}
	if granted > 0 {
		text += fmt.Sprintf("; %d pass by leniency", granted)
	}
	if known > 0 {
		text += fmt.Sprintf("; %d are known deviations", known)
	}
	return text
}

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Errors   int         `xml:"errors,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Name    string     `xml:"name,attr"`
	Class   string     `xml:"classname,attr"`
	Time    string     `xml:"time,attr"` // seconds of virtual time
	Failure *junitText `xml:"failure,omitempty"`
	Error   *junitText `xml:"error,omitempty"`
	Skipped *junitText `xml:"skipped,omitempty"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// WriteJUnit writes the report as JUnit XML. Unsupported scripts and known deviations are skipped; one that cannot be read is
// an error.
func (r Report) WriteJUnit(w io.Writer, system string) error {
	suite := junitSuite{Name: "tcpcheck packetdrill, " + system, Tests: len(r), Failures: r.Unknown(Fail), Errors: r.Unknown(Broken),
		Skipped: len(r) - r.Count(Pass) - r.Unknown(Fail) - r.Unknown(Broken)}
	for _, s := range r {
		c := junitCase{Name: s.File, Class: system, Time: fmt.Sprintf("%.6f", s.Lasted.Seconds())}
		text := &junitText{Message: s.Place() + ": " + string(s.Verdict)}
		for _, line := range s.Detail() {
			text.Text += line + "\n"
		}
		switch {
		case s.Verdict == Pass:
		case s.Known != "":
			text.Text += "known: " + s.Known + "\n"
			c.Skipped = text
		case s.Verdict == Fail:
			c.Failure = text
		case s.Verdict == Broken:
			c.Error = text
		case s.Verdict == Unsupported:
			c.Skipped = text
		}
		suite.Cases = append(suite.Cases, c)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	if err := enc.Encode(suite); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}
