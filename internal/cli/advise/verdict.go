package advise

import (
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

// wide is how long a line of the report is at most.
const wide = 118

// verdict prints the answer: what your settings lose and what that means, and which of them were not asked about.
func (ad *options) verdict(w io.Writer, rows []hosts.Row, changes []hosts.Change) {
	asked, not := split(changes)
	fmt.Fprintln(w, verdictOf(rows, asked, len(not)+len(ad.unknown)))
	lost := 0
	for _, r := range rows {
		if !r.Loses() {
			continue
		}
		fmt.Fprintf(w, "\nLOST %s: %s\n", r.Guarantee.Name, prose.Wrap(r.Guarantee.Words, wide, "     "))
		if lost++; lost > mostLost && !ad.all {
			continue // the summary says how to see more
		}
		costLines(w, "     ", r)
		fmt.Fprintf(w, "     why:        %s\n", prose.Wrap(r.Mine.Why, wide, "                 "))
	}
	if text := ad.notAsked(changes); text != "" {
		fmt.Fprintf(w, "\n%s\n", text)
	}
}

// mostLost is of how many losses the short report says what they mean.
const mostLost = 4

// summary prints what is left to say without --all: what is kept, what the settings mean, and how to see more.
func (ad *options) summary(w io.Writer, rows []hosts.Row, changes []hosts.Change) {
	var kept []string
	why := "GUARANTEE"
	for _, r := range rows {
		if r.Mine.Conclusion == properties.Holds {
			kept = append(kept, r.Guarantee.Name)
		}
		if r.Loses() && why == "GUARANTEE" {
			why = r.Guarantee.Name
		}
	}
	if len(kept) > 0 {
		fmt.Fprintf(w, "\n%s.\n", prose.Wrap("These hold: "+strings.Join(kept, ", "), 100, ""))
	}
	for _, c := range changes {
		if c.Setting.Asked() && len(changes) <= mostLost {
			fmt.Fprintf(w, "\n%s=%s means: %s\n", c.Setting.Name, c.Value, prose.Wrap(c.Setting.Does, 98, "    "))
		}
	}
	fmt.Fprintf(w, "\nMore: --why %s says everything about one guarantee, and draws a run.\n"+
		"--all prints every guarantee, the settings in the model, and what is not modelled.\n", why)
}

// costLines say what a lost guarantee means.
func costLines(w io.Writer, indent string, r hosts.Row) {
	for _, x := range []struct{ name, text string }{
		{"you see:", r.Guarantee.Cost.Sees}, {"how likely:", r.Guarantee.Cost.Likely}, {"instead:", r.Guarantee.Cost.Instead},
	} {
		prose.Entry(w, indent, 11, x.name, x.text, wide)
	}
}

// table prints a row for each guarantee, with the reason of the answer.
func (ad *options) table(w io.Writer, rows []hosts.Row) {
	fmt.Fprintf(w, "\n%-19s %-8s %-8s %s\n", "guarantee", "default", "yours", "what it says, and why it is kept or lost")
	for _, r := range rows {
		ad.line(w, r)
	}
	if ad.why == "" {
		fmt.Fprintln(w, "\n"+prose.Wrap("A guarantee holds under premises; tcpcheck advise --why GUARANTEE says which.", 120, ""))
	}
}

func (ad *options) line(w io.Writer, r hosts.Row) {
	mark := ""
	if r.Changed() {
		mark = " *"
	}
	const indent = "                                        "
	words := r.Guarantee.Words
	if ad.why != "" {
		words = r.Guarantee.Sentence()
	}
	fmt.Fprintf(w, "%-19s %-8v %-8s %s\n", r.Guarantee.Name, r.Default.Conclusion, r.Mine.Conclusion.String()+mark, prose.Wrap(words, wide, indent))
	why := []string{r.Mine.Why}
	if r.Changed() {
		why = []string{"default: " + r.Default.Why, "yours: " + r.Mine.Why}
	}
	for _, line := range why {
		fmt.Fprintf(w, "%s%s\n", indent[2:], prose.Wrap(line, wide, indent))
	}
	if r.Mine.Conclusion == properties.Fails && !r.Loses() {
		costLines(w, indent[2:], r)
	}
}

// verdictOf is the answer in a sentence or two. It says of how many guarantees it speaks, if not of all, and whether there
// are settings that no search asks about.
func verdictOf(rows []hosts.Row, asked, notAsked int) string {
	lists := map[string][]string{}
	for _, r := range rows {
		at := ""
		switch {
		case r.Loses():
			at = "lost"
		case r.Default.Conclusion == properties.Fails && r.Mine.Conclusion == properties.Holds:
			at = "gained"
		case r.Mine.Conclusion == properties.Open || r.Default.Conclusion == properties.Open:
			at = "unsure"
		case r.Mine.Conclusion == properties.Fails && r.Default.Conclusion == properties.Fails:
			at = "already"
		}
		lists[at] = append(lists[at], r.Guarantee.Name)
	}
	var parts []string
	all := len(hosts.Guarantees())
	switch lost := lists["lost"]; {
	case lost != nil:
		parts = append(parts, "Your settings lose what the defaults keep: "+strings.Join(lost, ", ")+".")
	case asked == 0 && notAsked > 0:
		parts = append(parts, "NO ANSWER: no search asks about "+prose.Count(notAsked, "setting")+" of yours."+aboutDefaults(rows))
	case lists["unsure"] != nil:
		parts = append(parts, "As far as the searches went, your settings lose nothing that the defaults keep.")
	default:
		parts = append(parts, "Your settings lose nothing that the defaults keep.")
	}
	if asked > 0 && notAsked > 0 {
		parts = append(parts, fmt.Sprintf("This is no answer about %d of them, which no search asks about.", notAsked))
	}
	if 0 < len(rows) && len(rows) < all {
		parts = append(parts, fmt.Sprintf("Asked: %d of %d guarantees.", len(rows), all))
	}
	for _, x := range []struct{ at, text string }{
		{"gained", "Your settings keep what the defaults lose: "}, {"already", "The defaults lose these, too: "}, {"unsure", "Undecided: "},
	} {
		if list := lists[x.at]; list != nil {
			parts = append(parts, x.text+strings.Join(list, ", ")+".")
		}
	}
	for i := range parts {
		parts[i] = prose.Wrap(parts[i], 100, "")
	}
	return strings.Join(parts, "\n")
}

func aboutDefaults(rows []hosts.Row) string {
	if len(rows) == 0 {
		return ""
	}
	return " What follows is about the defaults."
}

// A drawing of more lines than mostDrawn is shown without its middle.
const (
	mostDrawn = 100
	someDrawn = 35
)

// elided leaves out the middle of a long drawing, which repeats itself while TIME-WAIT lasts.
func elided(drawn string) string {
	lines := strings.SplitAfter(drawn, "\n")
	if len(lines) <= mostDrawn {
		return drawn
	}
	n := len(lines) - 2*someDrawn
	return strings.Join(lines[:someDrawn], "") + fmt.Sprintf("\n          (%d lines are left out)\n\n", n) + strings.Join(lines[len(lines)-someDrawn:], "")
}
