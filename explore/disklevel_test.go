package explore_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

// manifestSizes notes how large each manifest is.
type manifestSizes struct {
	explore.Storage
	sizes *[]int
}

func (s manifestSizes) PutManifest(ctx context.Context, data []byte, version string) (string, error) {
	*s.sizes = append(*s.sizes, len(data))
	return s.Storage.PutManifest(ctx, data, version)
}

// The manifest does not grow by a line for each partition of each level.
func TestManifestDoesNotGrowWithTheLevels(t *testing.T) {
	var sizes []int
	const partitions, levels = 64, 40
	o := explore.Small(wideOptions{Store: explore.Disk, Workers: 1, Partitions: partitions,
		Storage: manifestSizes{explore.HastyDir(t.TempDir()), &sizes}})
	if r := explore.Run(t.Context(), chainOfRooms(levels), o); r.Verdict != explore.Verified || r.Distinct != levels {
		t.Fatal(r.Verdict, r.Distinct, r.Err)
	}
	first, last := sizes[2], sizes[len(sizes)-1]
	if grown := last - first; grown > levels*400 { // 400 bytes for a level; each partition of a level has more than 20
		t.Errorf("the manifest grows from %d to %d bytes in %d levels", first, last, levels)
	}
}

// Without the list of a level the run to a violation is lost: the search ends with a line that names the file, and so does its
// resumption.
func TestDamagedListOfALevelIsNamed(t *testing.T) {
	sys := miniSystem(minitcp.System{Wire: 2, Opens: 1, Numbers: 1})
	for how, damage := range map[string]func(name string, b []byte) error{
		"its checksum is not what": func(name string, b []byte) error { b[len(b)/3] ^= 4; return os.WriteFile(name, b, 0o666) },
		"and should have":          func(name string, b []byte) error { return os.Truncate(name, int64(len(b)/2)) },
		"it is missing":            func(name string, b []byte) error { return os.Remove(name) },
	} {
		dir := t.TempDir()
		o := explore.Small(miniOptions{Store: explore.Disk, Storage: explore.HastyDir(dir), Workers: 1, MaxMem: 1 << 19, Partitions: 4,
			Always: []explore.Predicate[minitcp.State]{{Name: "never both", Holds: func(s minitcp.State) bool { return !minitcp.BothEstablished(s) }}}})
		victim := ""
		e := newRough(t, sys, o)
		defer e.close()
		steps := 0
		e.between = func([]explore.Task, []explore.Done) {
			if steps++; steps != 9 {
				return
			}
			lists, err := filepath.Glob(filepath.Join(dir, "level-*"))
			if err != nil || len(lists) == 0 {
				t.Fatal(lists, err)
			}
			victim = lists[1]
			b, err := os.ReadFile(victim)
			if err = errors.Join(err, damage(victim, b)); err != nil {
				t.Fatal(err)
			}
		}
		named := func(what string, err error) {
			if err == nil || !strings.Contains(err.Error(), victim) || !strings.Contains(err.Error(), how) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s: %v; want a line with %q and %q", what, err, victim, how)
			}
		}
		first := o
		first.Engine = e
		r := explore.Run(t.Context(), sys, first)
		named("the run", r.Err)
		if r.Verdict != explore.Unknown || !strings.Contains(r.Err.Error(), `the run to "never both"`) {
			t.Errorf("%v, %v", r.Verdict, r.Err)
		}
		_, err := explore.LevelHashes(t.Context(), o.Storage)
		named("the hashes", err)
		o.Resume = true
		named("resumed", explore.Run(t.Context(), sys, o).Err)
	}
}

// A search that an older version has kept is refused with one line.
func TestOlderFormatIsNamed(t *testing.T) {
	sys := chainOfRooms(9)
	o := explore.Small(wideOptions{Store: explore.Disk, Dir: filepath.Join(t.TempDir(), "search")})
	explore.Run(t.Context(), sys, o)
	name := filepath.Join(o.Dir, explore.ManifestName)
	b, err := os.ReadFile(name)
	older := regexp.MustCompile(`"format": \d+`).ReplaceAll(b, []byte(`"format": 4`))
	if err = errors.Join(err, os.WriteFile(name, older, 0o666)); err != nil {
		t.Fatal(err)
	}
	o.Resume = true
	want := name + ": another version of tcpcheck wrote it, in format 4, and this one reads format 5"
	if r := explore.Run(t.Context(), sys, o); r.Err == nil || r.Err.Error() != want || r.Verdict != explore.Unknown {
		t.Errorf("%v, %v; want %s", r.Verdict, r.Err, want)
	}
}
