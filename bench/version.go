package main

import (
	"context"
	"os/exec"
	"regexp"
	"runtime"
	"strings"
)

// versionFlags make a program say its version, in a line of which version matches a part.
var (
	versionFlags = map[string][]string{"spin": {"spin", "-V"}, "rumur": {"rumur", "--version"}}
	version      = regexp.MustCompile(`(?i)version v?([0-9][^ \n]*(?: of \d+ \w+ \d+)?)`)
	cargoVersion = regexp.MustCompile(`(?m)^stateright *= *"=?([^"]+)"`)
)

// versionOf is the version of a tool, as far as it says one; TLC says it in what it prints of a run.
func versionOf(ctx context.Context, tool, printed string) string {
	match := version
	switch tool {
	case "tcpcheck", "floor":
		return runtime.Version()
	case "stateright":
		text, err := sources.ReadFile("stateright/Cargo.toml")
		if err != nil {
			return ""
		}
		match, printed = cargoVersion, string(text)
	case "spin", "rumur":
		argv := versionFlags[tool]
		text, err := exec.CommandContext(ctx, argv[0], argv[1:]...).CombinedOutput()
		if err != nil {
			return ""
		}
		printed = string(text)
	}
	if m := match.FindStringSubmatch(printed); m != nil {
		return strings.TrimSpace(m[1])
	}
	return ""
}

// versions lists the tools of a report with their versions: "spin 6.5.2, stateright 0.30.2".
func (rep *report) versions() string {
	var list []string
	said := map[string]bool{}
	for _, o := range rep.Rows {
		if tool := o.row.tool(); o.Version != "" && !said[tool] {
			said[tool] = true
			list = append(list, tool+" "+o.Version)
		}
	}
	return strings.Join(list, ", ")
}
