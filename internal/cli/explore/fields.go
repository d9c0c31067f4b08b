package explore

import (
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

func countFields(r *properties.Result, g *properties.Graph) *report.Fields {
	f := &report.Fields{Unfinished: r.Reason != "" || len(r.Cuts) > 0, Levels: len(r.Levels), Last: explore.LastLevels(len(r.Levels)), Suspects: []string{}}
	for _, list := range []struct {
		of []netfake.Field
		to *[]explore.FieldCount
	}{{netfake.Wholes(), &f.Wholes}, {netfake.Fields(), &f.Fields}} {
		var fields []explore.Field[netfake.State]
		for _, x := range list.of {
			fields = append(fields, explore.Field[netfake.State](x))
		}
		*list.to = explore.CountFields(g, fields)
	}
	for _, c := range f.Fields {
		if f.Unfinished && c.Late > 0 {
			f.Suspects = append(f.Suspects, c.Name)
		}
	}
	return f
}

func writeFields(w io.Writer, f *report.Fields) {
	switch {
	case len(f.Suspects) > 0:
		fmt.Fprintf(w, "\nThe search did not finish. In the last %d of %d levels these fields still took new values:\n  %s\n", f.Last, f.Levels, prose.Wrap(strings.Join(f.Suspects, ", "), 96, "  "))
	case f.Unfinished:
		fmt.Fprintf(w, "\nThe search did not finish, but no field took a new value in the last %d of %d levels.\n", f.Last, f.Levels)
	default:
		fmt.Fprintf(w, "\nThe search finished; these are the numbers of values that each part took.\n")
	}
	fmt.Fprintf(w, "\n  %-34s %8s %8s  %s\n", "part", "values", "late", "different values per level")
	tellFields(w, f.Wholes)
	fmt.Fprintln(w)
	tellFields(w, f.Fields)
}

func tellFields(w io.Writer, list []explore.FieldCount) {
	var still []string
	for _, c := range list {
		if c.Values <= 1 {
			still = append(still, c.Name)
			continue
		}
		late := ""
		if c.Late > 0 {
			late = fmt.Sprintf("+%d", c.Late)
		}
		fmt.Fprintf(w, "  %-34s %8d %8s  %s\n", c.Name, c.Values, late, prose.Sparkline(c.Levels, 44))
	}
	if len(still) > 0 {
		fmt.Fprintf(w, "  constant: %s\n", prose.Wrap(strings.Join(still, ", "), 96, "    "))
	}
}
