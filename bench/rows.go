package main

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
)

// row is one tool in one mode.
type row struct {
	id    string // for --only; the part before the first dash is the tool
	mode  string
	keeps string // what is kept of a visited state
	lossy bool   // whether it may miss states: then fewer than the others find is MISSED, not a disagreement

	// prepare finds or builds what is to be run. An error of type absent says that it is not there.
	prepare func(context.Context, *workshop) (command, error)
	// count reads the number of distinct states from what the command printed, and refuses the output of a
	// search that did not see everything.
	count func(output string) (uint64, error)

	search func(*miniOptions) // of tcpcheck's own rows: what distinguishes this mode
}

// What the tools keep of a visited state.
const (
	states  = "states"
	hash128 = "128-bit hash"
	hash64  = "64-bit hash"
	hash32  = "32-bit hash"
	theBits = "3 bits"
)

// rows are all measurements, in the order of the report. The first is what the others are compared with.
var rows = []row{
	own("tcpcheck-1", "exact BFS, 1 worker", states, false, func(o *miniOptions) { o.Workers = 1 }),
	own("tcpcheck-2", "exact BFS, 2 workers", states, false, func(o *miniOptions) { o.Workers = 2 }),
	own("tcpcheck-compact-1", "compact BFS, 1 worker", hash128, false, func(o *miniOptions) { o.Workers, o.Store = 1, explore.Compact }),
	own("tcpcheck-compact-2", "compact BFS, 2 workers", hash128, false, func(o *miniOptions) { o.Workers, o.Store = 2, explore.Compact }),
	own("tcpcheck-disk-2", "BFS on disk in 256 MiB, 2 workers", hash128, false, func(o *miniOptions) {
		o.Workers, o.Store, o.MaxMem = 2, explore.Disk, 256<<20
	}),
	floor("floor-1", 1),
	floor("floor-2", 2),
	spin("spin-dfs", "DFS", states, false),
	spin("spin-bfs", "BFS", states, false, "-DBFS"),
	spin("spin-hc4", "DFS, hash-compact", hash32, true, "-DHC4"),
	spin("spin-par", "BFS, 2 cores, hash-compact", hash32, true, "-DBFS_PAR"),
	spin("spin-bit", "DFS, bitstate", theBits, true, "-DBITSTATE"),
	stateright("stateright-bfs-1", "bfs", 1),
	stateright("stateright-bfs-2", "bfs", 2),
	stateright("stateright-dfs", "dfs", 1),
	rumur("rumur-1", 1),
	rumur("rumur-2", 2),
	tlc("tlc-1", 1),
	tlc("tlc-2", 2),
}

func (r row) tool() string { name, _, _ := strings.Cut(r.id, "-"); return name }

// baseline is the id of the row to which the ratios refer.
const baseline = "tcpcheck-1"

// pick returns the rows that --only names, by tool or by id, in the order of the table; all if it is empty.
func pick(only []string) ([]row, error) {
	if len(only) == 0 {
		return rows, nil
	}
	var ids []string
	for _, r := range rows {
		ids = append(ids, r.id)
	}
	wanted := map[string]bool{}
	for _, name := range only {
		name = strings.TrimSpace(name)
		if !slices.ContainsFunc(rows, func(r row) bool { return name == r.id || name == r.tool() }) {
			return nil, fmt.Errorf("--only: found %q, expected a tool or some of %s", name, strings.Join(ids, ", "))
		}
		wanted[name] = true
	}
	return slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return !wanted[r.id] && !wanted[r.tool()] }), nil
}
