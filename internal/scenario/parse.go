package scenario

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"github.com/tcpcheck/tcpcheck/internal/question"
)

// Parse reads a scenario file. name is the file name in errors, which are *Error or Errors. invariants are the names
// that the file may use; nil allows every name.
func Parse(name string, data []byte, invariants []string) (File, error) {
	var tree map[string]any
	if err := toml.Unmarshal(data, &tree); err != nil {
		e := &Error{File: name, Found: "not TOML: " + strings.TrimPrefix(err.Error(), "toml: ")}
		if at := (*toml.DecodeError)(nil); errors.As(err, &at) {
			e.Line, _ = at.Position()
		}
		return File{}, e
	}
	f := Default()
	values := map[string]any{}
	flatten(values, "", tree)
	errs := f.takeAll(values)
	if _, said := values["watch"]; !said {
		f.watchAsked()
	}
	if len(errs) == 0 {
		if err := f.Finish(invariants); err != nil {
			errs = Errors{err.(*Error)}
		}
	}
	if len(errs) == 0 {
		return f, nil
	}
	for _, e := range errs {
		e.locate(name, data)
	}
	return File{}, errs.sorted()
}

// watchAsked watches the faults that the questions name.
func (f *File) watchAsked() {
	for _, name := range slices.Concat(f.Always, f.Reach) {
		f.Scenario.Watch |= faultOf(name)
	}
	for _, text := range f.LeadsTo {
		from, to, _ := question.ParseLeadsTo(text)
		f.Scenario.Watch |= from.Faults | to.Faults
	}
}

// flatten lists the values of a tree by their paths. A list of tables is a value, a wrong one.
func flatten(values map[string]any, at string, tree map[string]any) {
	for k, v := range tree {
		path := k
		if at != "" {
			path = at + "." + k
		}
		if t, ok := v.(map[string]any); ok && byPath[path] == nil {
			if len(t) == 0 && !isTable(path) {
				values[path] = t
			}
			flatten(values, path, t)
			continue
		}
		values[path] = v
	}
}

func isTable(path string) bool {
	return slices.ContainsFunc(keys, func(k key) bool { return strings.HasPrefix(k.path, path+".") })
}

// takeAll sets what the values say, those of "both" before those of A and of B.
func (f *File) takeAll(values map[string]any) (errs Errors) {
	for i := range keys {
		if v, ok := values[keys[i].path]; ok {
			if e := keys[i].take(f, v); e != nil {
				errs = append(errs, e)
			}
		}
	}
	for _, path := range slices.Sorted(maps.Keys(values)) {
		if byPath[path] == nil {
			errs = append(errs, unknown(path))
		}
	}
	return errs
}

// unknown says which keys there are beside the one that is not.
func unknown(path string) *Error {
	if isTable(path) {
		return &Error{Key: path, Found: "a value", Expected: "a table"}
	}
	for at := path; ; {
		at = at[:max(strings.LastIndex(at, "."), 0)]
		var names []string
		for i := range keys {
			rest, ok := strings.CutPrefix(keys[i].path, at+".")
			if at == "" {
				rest, ok = keys[i].path, true
			}
			if name, _, _ := strings.Cut(rest, "."); ok && !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
		if names != nil {
			return &Error{Key: cmp.Or(path, `""`), Found: "an unknown key", Expected: oneOf(names)}
		}
	}
}

// Set changes one key, as a flag of the command line does: for example A.tcp.handshake to two.
func (f *File) Set(path, text string) error {
	k := byPath[path]
	if k == nil {
		return unknown(path)
	}
	var v map[string]any
	if err := toml.Unmarshal([]byte("v = "+text), &v); err != nil || len(v) != 1 {
		v = map[string]any{"v": text}
	}
	if s, ok := v["v"].(string); ok && k.kind == words {
		list := []any{}
		for w := range strings.SplitSeq(s, ",") {
			list = append(list, strings.TrimSpace(w))
		}
		v["v"] = list
	}
	if n, ok := v["v"].(int64); ok && k.kind == numbers {
		v["v"] = []any{n}
	}
	if s, ok := v["v"].(string); ok && k.kind == segments {
		v["v"] = []any{s}
	}
	if e := k.take(f, v["v"]); e != nil {
		return e
	}
	return nil
}

// Add appends a segment to "stale", "leftover" or "attacker".
func (f *File) Add(path, text string) error {
	var more File
	if err := more.Set(path, text); err != nil {
		return err
	}
	f.Scenario.Stale = append(slices.Clip(f.Scenario.Stale), more.Scenario.Stale...)
	f.Scenario.Leftover = append(slices.Clip(f.Scenario.Leftover), more.Scenario.Leftover...)
	f.Scenario.Attacker = append(slices.Clip(f.Scenario.Attacker), more.Scenario.Attacker...)
	return nil
}

// Format returns the text of a scenario file that Parse reads as f. Values that are as in Default are omitted.
func Format(f File) []byte {
	var b bytes.Buffer
	table := ""
	for i := range keys {
		k := &keys[i]
		if !k.said(&f) {
			continue
		}
		at, name := "", k.path
		if i := strings.LastIndex(name, "."); i >= 0 {
			at, name = name[:i], name[i+1:]
		}
		if at != table {
			if b.Len() > 0 {
				b.WriteString("\n")
			}
			fmt.Fprintf(&b, "[%s]\n", at)
			table = at
		}
		fmt.Fprintf(&b, "%s = %s\n", name, formatValue(k, k.get(&f)))
	}
	return b.Bytes()
}

// said reports whether the key has to be written: its value is not that of Default.
func (k *key) said(f *File) bool {
	if k.get == nil {
		return false
	}
	plain := Default()
	v := k.get(f)
	list := reflect.ValueOf(v)
	return !(list.Kind() == reflect.Slice && list.Len() == 0) && !reflect.DeepEqual(v, k.get(&plain))
}

func formatValue(k *key, v any) string {
	list, ok := v.([]string)
	if !ok {
		if s, ok := v.(string); ok {
			return fmt.Sprintf("%q", s)
		}
		return strings.ReplaceAll(show(v), ",", ", ")
	}
	sep, begin, end := ", ", "[", "]"
	if k.kind == segments {
		sep, begin, end = ",\n  ", "[\n  ", ",\n]"
	}
	list = slices.Clone(list)
	for i := range list {
		list[i] = fmt.Sprintf("%q", list[i])
	}
	return begin + strings.Join(list, sep) + end
}
