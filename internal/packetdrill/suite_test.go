package packetdrill

import (
	"fmt"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/model"
)

const tableDir = "testdata/rfc9293/states"

// The scripts in testdata/rfc9293/states are those of the table, one for each pair that RFC 9293 decides.
func TestScriptsAreThoseOfTheTable(t *testing.T) {
	files, undecided := scripts(t)
	if golden.Updating() {
		if err := os.RemoveAll(tableDir); err != nil {
			t.Fatal(err)
		}
		for path, text := range files {
			golden.Write(t, filepath.Join(tableDir, path), text)
		}
	}
	for path, text := range files {
		got, err := os.ReadFile(filepath.Join(tableDir, path))
		if err != nil {
			t.Error(err)
		}
		equal(t, text, string(got))
	}
	for _, path := range stored(t) {
		if rel, ok := strings.CutPrefix(path, tableDir+"/"); ok && files[rel] == "" {
			t.Errorf("%s: no pair of the table", path)
		}
	}
	equal(t, []int{274, 26}, []int{len(files), undecided})
}

// stored are our scripts.
func stored(t testing.TB) (paths []string) {
	t.Helper()
	err := filepath.WalkDir("testdata", func(path string, d fs.DirEntry, err error) error {
		if filepath.Ext(path) == ".pkt" {
			paths = append(paths, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return paths
}

// play runs a script; those of the table are for RFC 9293, the others say in their path for whom.
func play(t *testing.T, path string, sys *System) Result {
	t.Helper()
	src, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	res, err := Run(path, src, sys, Options{Profile: strings.Split(path, "/")[1]})
	if err != nil {
		t.Fatal(err)
	}
	return res
}

func TestOurScriptsPass(t *testing.T) {
	for _, path := range stored(t) {
		if res := play(t, path, Model()); res.Verdict != Pass {
			t.Errorf("%s %s\n%s", res.Verdict, res.Place(), strings.Join(res.Detail(), "\n"))
		}
	}
}

// blind are the mutants that no script can see, and why.
var blind = map[model.Mutant]string{
	model.None:            "bends nothing",
	model.SynSentWholeAck: "only where text goes out with the SYN (policy data-on-syn), which no system does without Fast Open",
	model.KeepsSynStamp:   "only where an old SYN reopens TIME-WAIT, which the timestamps of RFC 6191 keep from it",
	model.SentAckLate:     "only where an ACK must be of what was sent (policy ack-range=sent), which no system has by default",
}

// Each bent check of the machine makes a script fail.
func TestEachMutantFailsAScript(t *testing.T) {
	for m := range model.Mutant(model.NumMutants) {
		sys := &System{Name: m.String(), New: func(h *Host) (conform.Peer, error) {
			h.Config.Mutant = m
			return Model().New(h)
		}}
		var failed []string
		for _, path := range stored(t) {
			switch res := play(t, path, sys); res.Verdict {
			case Fail:
				failed = append(failed, path)
			case Broken, Unsupported:
				t.Errorf("%v: %s %s", m, res.Verdict, res.Place())
			}
		}
		if why := blind[m]; (why == "") == (len(failed) == 0) {
			t.Errorf("%v (%s): %d scripts fail, %q", m, model.Mutants[m].Does, len(failed), why)
		}
	}
	for _, m := range slices.Sorted(maps.Keys(blind)) {
		t.Logf("%v: %s", m, blind[m])
	}
}

// Where a system does not do in a pair what RFC 9293 says. Linux: second-fin=ignored (a second FIN in CLOSE-WAIT and later),
// EPIPE for a RST in CLOSE-WAIT, ECONNRESET for one in SYN-RECEIVED, reopen=rfc6191, dup-syn=syn-ack, ACKs of data that wait for
// 40 ms and answers that are limited to one in 500 ms, no data on a SYN,ACK, the SYN again after a bad ACK, a bad ACK in SYN-RECEIVED
// before the window. FreeBSD: second-fin=ignored, dup-syn=syn-ack, and its ways in CLOSING, TIME-WAIT and of the SYN cache.
func TestTheSystemsDifferWhereTheirWaysDo(t *testing.T) {
	files, _ := scripts(t)
	var lines []string
	for _, system := range []string{"freebsd", "linux"} {
		for _, path := range slices.Sorted(maps.Keys(files)) {
			res, err := Run(path, []byte(files[path]), Model(), Options{Profile: system})
			if err != nil {
				t.Fatal(err)
			}
			if res.Verdict != Pass {
				lines = append(lines, fmt.Sprintf("%s %s %s", system, strings.TrimSuffix(path, ".pkt"), res.Verdict))
			}
		}
	}
	golden.Check(t, "testdata/differences.txt", strings.Join(append(lines, ""), "\n"))
}
