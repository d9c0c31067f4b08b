package packetdrill

import (
	"errors"
	"fmt"
	"os"
	"path"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Deviations are the scripts that are known not to pass. Every other script must pass, and every entry must be needed.
type Deviations []*Deviation

// Deviation is an entry of the table.
type Deviation struct {
	Script  string  `toml:"script"`  // the end of the file's name, whose elements may have * and ?
	Verdict Verdict `toml:"verdict"` // its result
	Line    int     `toml:"line"`    // of the result; 0: any
	What    string  `toml:"what"`    // why, in one sentence

	used bool
}

// ReadDeviations reads a table; an error names the file and the place.
func ReadDeviations(file string) (Deviations, error) {
	data, err := os.ReadFile(file)
	if err != nil {
		return nil, err
	}
	var table struct {
		Deviations Deviations `toml:"deviation"`
	}
	var unknown *toml.StrictMissingError
	var at *toml.DecodeError
	switch err := toml.NewDecoder(strings.NewReader(string(data))).DisallowUnknownFields().Decode(&table); {
	case errors.As(err, &unknown):
		line, _ := unknown.Errors[0].Position()
		return nil, fmt.Errorf("%s:%d: found key %q, expected [[deviation]] with script, verdict, line, what", file, line,
			strings.Join(unknown.Errors[0].Key(), "."))
	case errors.As(err, &at):
		line, _ := at.Position()
		return nil, fmt.Errorf("%s:%d: %w", file, line, err)
	case err != nil:
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	for i, d := range table.Deviations {
		_, err := path.Match(d.Script, "")
		switch {
		case d.Script == "" || err != nil:
			return nil, fmt.Errorf("%s: deviation %d: found script %q, expected the end of a file's name, with * and ? for any characters", file, i+1, d.Script)
		case d.Verdict != Fail && d.Verdict != Unsupported && d.Verdict != Broken:
			return nil, fmt.Errorf("%s: deviation %d, %s: found verdict %q, expected FAIL, UNSUPPORTED or ERROR", file, i+1, d.Script, d.Verdict)
		case d.What == "":
			return nil, fmt.Errorf("%s: deviation %d, %s: found no what, expected a sentence that says why", file, i+1, d.Script)
		}
	}
	return table.Deviations, nil
}

// Explain records in a result the entry that matches it.
func (ds Deviations) Explain(r *Result) {
	for _, d := range ds {
		names := strings.Split(r.File, "/")
		tail := names[max(0, len(names)-1-strings.Count(d.Script, "/")):]
		if ok, _ := path.Match(d.Script, strings.Join(tail, "/")); ok && d.Verdict == r.Verdict && (d.Line == 0 || d.Line == r.Line) {
			d.used, r.Known = true, d.What
			return
		}
	}
}

// Unneeded lists the entries that match no result.
func (ds Deviations) Unneeded() (list []string) {
	for _, d := range ds {
		if !d.used {
			list = append(list, fmt.Sprintf("%s: expected %s (%s), which did not happen", d.Script, d.Verdict, d.What))
		}
	}
	return list
}
