package explore

import (
	"fmt"
	"io"
	"reflect"
	"strings"
)

// RunStyle says how a run is written. The zero value writes states and actions as fmt does: of a state that is a struct,
// the first one whole, and then the fields that a step changes.
type RunStyle[S comparable, A any] struct {
	State  func(S) string // nil: see above
	Action func(A) string // nil: fmt.Sprint
}

// WriteRun writes a run, a line for each step: its number, the action, and the state that it leads to.
func WriteRun[S comparable, A any](w io.Writer, p Path[S, A], style RunStyle[S, A]) error {
	for i := range p {
		if _, err := fmt.Fprintln(w, style.hop(p, i)); err != nil {
			return err
		}
	}
	return nil
}

// WriteDiff writes two runs beside each other: the steps that they share once, and then each with its own. It writes one line
// if they are the same.
func WriteDiff[S comparable, A any](w io.Writer, p, q Path[S, A], style RunStyle[S, A]) error {
	same := 0
	for same < min(len(p), len(q)) && p[same].State == q[same].State && style.action(p[same].Action) == style.action(q[same].Action) {
		same++
	}
	var lines []string
	if same == len(p) && same == len(q) {
		lines = append(lines, fmt.Sprintf("both are the same run of %d steps", p.Steps()))
	}
	for i := range same {
		lines = append(lines, "  "+style.hop(p, i))
	}
	for i := same; i < len(p); i++ {
		lines = append(lines, "- "+style.hop(p, i))
	}
	for i := same; i < len(q); i++ {
		lines = append(lines, "+ "+style.hop(q, i))
	}
	_, err := fmt.Fprintln(w, strings.Join(lines, "\n"))
	return err
}

// hop is the line of step i.
func (style RunStyle[S, A]) hop(p Path[S, A], i int) string {
	if i == 0 {
		return fmt.Sprintf("%4d.  %-24s %s", 0, "", style.state(p, 0))
	}
	return fmt.Sprintf("%4d.  %-24s %s", i, style.action(p[i].Action), style.state(p, i))
}

func (style RunStyle[S, A]) action(a A) string {
	if style.Action != nil {
		return style.Action(a)
	}
	return fmt.Sprint(a)
}

func (style RunStyle[S, A]) state(p Path[S, A], i int) string {
	if style.State != nil {
		return style.State(p[i].State)
	}
	v := reflect.ValueOf(p[i].State)
	if _, named := any(p[i].State).(fmt.Stringer); i == 0 || named || v.Kind() != reflect.Struct {
		return fmt.Sprintf("%+v", p[i].State)
	}
	before := reflect.ValueOf(p[i-1].State)
	var changed []string
	for f := range v.NumField() {
		if !v.Field(f).Equal(before.Field(f)) {
			changed = append(changed, fmt.Sprintf("%s: %+v", v.Type().Field(f).Name, v.Field(f)))
		}
	}
	if changed == nil {
		return "no change"
	}
	return strings.Join(changed, ", ")
}
