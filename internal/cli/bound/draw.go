package bound

import (
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/bounds"
)

// writeBars draws the points as bars of text: # for each value that is too small, and what was found after them.
func writeBars(w io.Writer, x *bounds.Answered) error {
	wide := 0
	for _, p := range x.Points {
		wide = max(wide, len(x.Bound.Place(p.At)))
	}
	for i := range x.Points {
		p := &x.Points[i]
		end := "| " + p.Said()
		if p.Conclusion == properties.Open {
			end = "? " + p.Said()
		} else if p.Conclusion == properties.Fails {
			end = "> " + p.Said()
		}
		if _, err := fmt.Fprintf(w, "    %-*s  %s%s\n", wide, x.Bound.Place(p.At), strings.Repeat("#", p.Known()), end); err != nil {
			return err
		}
	}
	return nil
}
