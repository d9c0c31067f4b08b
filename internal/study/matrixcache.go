package study

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Cache keeps the answers of cells in files, one for each question. An answer counts only for the
// program that found it, and only if its run can be carried out again.
type Cache struct {
	Dir     string
	Program string // version and checksum of the program
}

// keptCell is an entry as its file has it.
type keptCell struct {
	Program  string
	Question string
	Limits   Limits
	Answer   Answer
	Sum      string // of all the rest
}

// sum is a checksum of the entry without its sum.
func (k keptCell) sum() string {
	k.Sum = ""
	data, err := json.Marshal(k)
	if err != nil {
		panic("BUG: " + err.Error())
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

func (c *Cache) file(j *cellJob) string {
	sum := sha256.Sum256([]byte(c.Program + "\n" + j.key))
	return filepath.Join(c.Dir, hex.EncodeToString(sum[:16])+".json")
}

// OpenCache makes the directory, and sees that it can be written to.
func OpenCache(dir, program string) (*Cache, error) {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return nil, err
	}
	t, err := os.CreateTemp(dir, ".new-*")
	if err != nil {
		return nil, err
	}
	t.Close()
	return &Cache{dir, program}, os.Remove(t.Name())
}

// get finds an answer that a search within the limits could not better. Whatever is wrong with an
// entry, the cell is searched again.
func (c *Cache) get(j *cellJob, l Limits) (Answer, bool) {
	if c == nil {
		return Answer{}, false
	}
	data, err := os.ReadFile(c.file(j))
	if err != nil {
		return Answer{}, false
	}
	var k keptCell
	if json.Unmarshal(data, &k) != nil || k.Program != c.Program || k.Question != j.key || k.Sum != k.sum() {
		return Answer{}, false
	}
	if !k.Answer.Finished() && !k.Limits.allow(l) || !j.believes(k.Answer) {
		return Answer{}, false
	}
	return k.Answer, true
}

// believes carries the run of a violation out again. The other verdicts have nothing to show.
func (j *cellJob) believes(a Answer) bool {
	if a.Verdict > explore.Verified {
		return false
	}
	if a.Verdict != explore.Violated {
		return len(a.Actions) == 0
	}
	sys, err := netfake.New(j.cells[0].File.Scenario)
	if err != nil {
		return false
	}
	steps, err := sys.Replay(a.Run)
	if err != nil {
		return false
	}
	last := sys.Init()[0]
	for _, t := range steps {
		last = t.State
	}
	if q := j.column.Live; q != nil {
		return a.Violated == q.String()
	}
	for _, inv := range j.column.Always {
		if inv.Name == a.Violated {
			return !inv.Holds(sys, last)
		}
	}
	return false
}

// put writes an entry in one step, so that none is ever seen half written.
func (c *Cache) put(j *cellJob, a Answer, l Limits) error {
	if c == nil {
		return nil
	}
	k := keptCell{Program: c.Program, Question: j.key, Limits: l, Answer: a}
	k.Sum = k.sum()
	data, err := json.Marshal(k)
	if err != nil {
		return err
	}
	t, err := os.CreateTemp(c.Dir, ".new-*")
	if err != nil {
		return err
	}
	_, err = t.Write(data)
	if cerr := t.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(t.Name(), c.file(j))
	}
	if err != nil {
		os.Remove(t.Name())
	}
	return err
}
