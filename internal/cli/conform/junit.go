package conform

import (
	"encoding/xml"
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/conform"
)

type junitSuite struct {
	XMLName  xml.Name    `xml:"testsuite"`
	Name     string      `xml:"name,attr"`
	Tests    int         `xml:"tests,attr"`
	Failures int         `xml:"failures,attr"`
	Skipped  int         `xml:"skipped,attr"`
	Cases    []junitCase `xml:"testcase"`
}

type junitCase struct {
	Class   string     `xml:"classname,attr"` // the clause
	Name    string     `xml:"name,attr"`
	Failure *junitText `xml:"failure,omitempty"`
	Skipped *junitText `xml:"skipped,omitempty"`
}

type junitText struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

// writeJUnit writes a test case for each cause: a finding fails, an entry of the table passes, and what is weaker than
// the level that was asked for is skipped.
func writeJUnit(w io.Writer, r *conform.Report, weakest conform.Level) error {
	s := junitSuite{Name: fmt.Sprintf("tcpcheck conform, %s %s", r.Name, r.Version)}
	s.Cases = append(s.Cases, junitCase{Class: "RFC 9293", Name: fmt.Sprintf("%d of %d pairs agree", r.Agree, r.Compared())})
	for _, e := range r.Entries {
		s.Cases = append(s.Cases, junitCase{Class: section(e.Clause), Name: fmt.Sprintf("known: %s (%d pairs)", e.Name, e.Pairs)})
	}
	fail := func(class, name, message, text string) {
		s.Cases = append(s.Cases, junitCase{Class: class, Name: name, Failure: &junitText{message, text}})
		s.Failures++
	}
	for _, f := range r.Findings {
		message := fmt.Sprintf("%s, %s, %s: it %s", f.Severity, f.Level, f.Count(), f.Change)
		text := conform.ScriptText(f.Script)
		if conform.Weaker(f.Level, weakest) {
			s.Cases = append(s.Cases, junitCase{Class: f.Clause, Name: f.Name, Skipped: &junitText{message, text}})
			s.Skipped++
			continue
		}
		fail(f.Clause, f.Name, message, text)
	}
	for _, u := range r.Unused {
		fail("table", u.Name, "no longer happens; now: "+u.Now, u.What)
	}
	for _, m := range r.Miscounted {
		fail("table", m.Name, fmt.Sprintf("%d pairs, expected %d", m.Got, m.Want), "")
	}
	for _, e := range r.Errors {
		fail("run", "error", e, "")
	}
	if why := stoppedBy(r); why != "" {
		fail("run", "whole", why, "")
	}
	s.Tests = len(s.Cases)
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	enc := xml.NewEncoder(w)
	enc.Indent("", "  ")
	return enc.Encode(s)
}

// stoppedBy says why the run is not whole.
func stoppedBy(r *conform.Report) string {
	if r.Interrupted {
		return "the run was interrupted"
	}
	return r.Stopped
}

// writeMarkdown writes a summary for the page of a job.
func writeMarkdown(w io.Writer, r *conform.Report) error {
	fmt.Fprintf(w, "### %s %s and RFC 9293\n\n", r.Name, r.Version)
	fmt.Fprintf(w, "%d pairs: %d agree, %d differ as known, %d unexplained; %d random walks.\n", r.Compared(), r.Agree, r.Known, r.Unexplained, r.Walks)
	if why := stoppedBy(r); why != "" {
		fmt.Fprintf(w, "\n**Not whole: %s.**\n", why)
	}
	if len(r.Findings) > 0 {
		fmt.Fprint(w, "\n| | | pairs | it | clause | pairs not reached, cut short |\n|---|---|---|---|---|---|\n")
	}
	const most = 10
	for _, f := range r.Findings[:min(len(r.Findings), most)] {
		change := f.Change
		if len(f.Behind) > 0 {
			change += " (only seen behind " + strings.Join(f.Behind, ", ") + ")"
		}
		fmt.Fprintf(w, "| %s | %s | %d | %s | %s | %d, %d |\n", f.Severity, f.Level, f.Pairs+f.Later, change, f.Clause, f.Hides, f.Cuts)
	}
	if n := len(r.Findings) - most; n > 0 {
		fmt.Fprintf(w, "\nand %d more findings\n", n)
	}
	for _, u := range r.Unused {
		fmt.Fprintf(w, "- no longer happens: %s; now: %s\n", u.Name, u.Now)
	}
	for _, m := range r.Miscounted {
		fmt.Fprintf(w, "- %s: %d pairs, expected %d\n", m.Name, m.Got, m.Want)
	}
	_, err := fmt.Fprintln(w)
	return err
}

// section is a clause without the explanation behind it.
func section(clause string) string {
	s, _, _ := strings.Cut(clause, ":")
	return s
}
