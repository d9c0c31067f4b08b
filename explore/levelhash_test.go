package explore_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

// hashesInMemory searches level by level with a map, and returns the hash of each level as [explore.LevelHashes] does. Of several
// parents a state has the one with the least fingerprint.
func hashesInMemory[S comparable, A any](sys explore.System[S, A]) (list []string) {
	known := map[S]bool{}
	level := map[S][]byte{} // with the fingerprint of the parent
	for _, x := range sys.Init() {
		level[x] = make([]byte, 16)
	}
	for len(level) > 0 {
		var records [][]byte
		for x, parent := range level {
			known[x] = true
			records = append(records, append(explore.PrintOf(x), parent...))
		}
		slices.SortFunc(records, bytes.Compare)
		sum := sha256.Sum256(bytes.Join(records, nil))
		list = append(list, hex.EncodeToString(sum[:]))
		next := map[S][]byte{}
		for x := range level {
			me := explore.PrintOf(x)
			for _, a := range sys.Actions(nil, x) {
				to := sys.Step(x, a)
				if old, ok := next[to]; !known[to] && (!ok || bytes.Compare(me, old) < 0) {
					next[to] = me
				}
			}
		}
		level = next
	}
	return list
}

func TestLevelsOfTasksHaveTheHashesOfASearchInMemory(t *testing.T) {
	mini := minitcp.System{Wire: 2, Opens: 1, Numbers: 2}
	if golden.Long() {
		mini = minitcp.System{Wire: 3, Opens: 2, Numbers: 1}
	}
	sys := miniSystem(mini)
	want := hashesInMemory(sys)
	for claim, o := range map[string]miniOptions{
		"goroutines":             {Workers: 2, MaxMem: 1 << 23},
		"one, little memory":     {Workers: 1, MaxMem: 1 << 19},
		"rough engine":           {Workers: 2, MaxMem: 1 << 19, Partitions: 4},
		"rough engine, 32 parts": {Workers: 2, MaxMem: 1 << 23, Partitions: 32},
	} {
		dir := filepath.Join(t.TempDir(), "search")
		o.Store, o.Dir = explore.Disk, dir
		if !strings.HasPrefix(claim, "rough") {
			o = explore.Quick(o)
		}
		var r *explore.Result[minitcp.State, minitcp.Action]
		if strings.HasPrefix(claim, "rough") {
			r = runRough(t, sys, o, dir)
		} else {
			r = explore.Run(t.Context(), sys, o)
		}
		got, err := explore.LevelHashes(t.Context(), explore.HastyDir(dir))
		if r.Err != nil || r.Verdict != explore.Verified || err != nil {
			t.Fatal(claim, r.Verdict, r.Err, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-in memory +on disk):\n%s", claim, diff)
		}
	}
}

// The hashes of a search in memory are pinned for module cluster, whose searches on several machines must have them too. The times
// that are logged stand in docs/manual/cluster.md.
func TestPinnedLevelsAreThoseOfMemoryAndDisk(t *testing.T) {
	if !golden.Long() {
		t.Skip("set TCPCHECK_LONG=1 to run, and TCPCHECK_LONG=all for 14,161,931 states")
	}
	for sys, run := range map[minitcp.System]bool{{Wire: 3, Opens: 1, Numbers: 2}: golden.Long(), miniL: golden.Everything()} {
		if !run {
			continue
		}
		sys := miniSystem(sys)
		took := func(what string, o miniOptions) *explore.Result[minitcp.State, minitcp.Action] {
			begun, before := time.Now(), cpuSeconds()
			r := explore.Run(t.Context(), sys, o)
			t.Logf("%d states %s: %.1f s, %.1f s of processor time", r.Distinct, what, time.Since(begun).Seconds(), cpuSeconds()-before)
			if r.Verdict != explore.Verified {
				t.Fatal(r.Verdict, r.Err)
			}
			return r
		}
		r := took("in memory", miniOptions{Workers: 2})
		dir := filepath.Join(t.TempDir(), "search")
		took("on disk", miniOptions{Workers: 2, MaxMem: 256 << 20, Store: explore.Disk, Dir: dir})
		got, err := explore.LevelHashes(t.Context(), explore.DirStorage(dir))
		want := hashesInMemory(sys)
		if diff := cmp.Diff(want, got); err != nil || diff != "" {
			t.Errorf("%v (-in memory +on disk):\n%s", err, diff)
		}
		golden.Check(t, fmt.Sprintf("testdata/levels-%d.txt", r.Distinct), strings.Join(want, "\n")+"\n")
	}
}
