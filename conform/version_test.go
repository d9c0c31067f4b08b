package conform

import (
	"strings"
	"testing"
)

// A run against a version needs the entries of that version only.
func TestTableOfAVersion(t *testing.T) {
	entry := `
[[deviation]]
name = "NAME"
what = "?"
clause = "?"
seen = "1"
in = ["LISTEN"]
on = ["close"]
differs = ["state"]
`
	text := strings.ReplaceAll(entry, "NAME", "always") +
		strings.ReplaceAll(entry, "NAME", "was") + `gone = "v1.10"` + "\n" +
		strings.ReplaceAll(entry, "NAME", "is") + `since = "v1.10"` + "\n" + `kind = "choice"`
	table, err := ParseTable("table.toml", text)
	if err != nil {
		t.Fatal(err)
	}
	for version, want := range map[string]string{"v1.9": "always was", "v1.10": "always is", "v1.10-rc": "always is", "v2": "always is"} {
		u, err := table.of(version)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, d := range u.Deviations {
			names = append(names, d.Name)
		}
		if got := strings.Join(names, " "); got != want {
			t.Errorf("%s: %s, want %s", version, got, want)
		}
	}
	if d := table.Deviations[2]; d.origin() != "?; choice; seen in 1" {
		t.Errorf("origin: %s", d.origin())
	}
	if _, err := ParseTable("table.toml", strings.ReplaceAll(text, "choice", "whim")); err == nil || !strings.Contains(err.Error(), `kind: found "whim", expected one of [departs choice`) {
		t.Error(err)
	}
}

func TestOlder(t *testing.T) {
	list := []string{"0.9.1", "0.14", "0.14.0", "6.18.44-fc", "6.18.101", "v0.0.0-20260122175437-89a5d21be8f0", "v0.0.0-20260905035102-160fafc42237", "v0.3.2"}
	for i := range list {
		for k := range list {
			if older(list[i], list[k]) != (i < k) {
				t.Errorf("%s before %s: %v", list[i], list[k], i >= k)
			}
		}
	}
}
