package hazards

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/golden"
	"github.com/tcpcheck/tcpcheck/internal/scenario"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties"
)

// bothIn asks for the two states at once.
func bothIn(inA, inB model.State) func(*netfake.World) bool {
	return func(w *netfake.World) bool { return w.Peer[a].State() == inA && w.Peer[b].State() == inB }
}

// TestRunsOfScenarios: scenarios in which a premise of a bound, a mitigation or a claim is missing. Each has the same answer,
// the right one, whatever reductions are used.
func TestRunsOfScenarios(t *testing.T) {
	for _, c := range []struct {
		file  string
		never func(*netfake.World) bool // instead of the file's invariants: what is reached
		steps int
		long  bool // the space without reductions is too large, and even with them it takes a while
	}{
		{file: "old-ack-and-data", steps: 9},
		{file: "old-syn-after-wait", steps: 10},
		{file: "literal-restart", steps: 21},
		{file: "roles-change", steps: 14},
		{file: "second-opens", steps: 8},
		{file: "data-on-syn-twice", steps: 6},
		{file: "closes-cross", never: bothIn(model.FinWait2, model.Closing), steps: 4},
		{file: "opens-cross", never: bothIn(model.Established, model.SynReceived), steps: 4},
		{file: "stranger-in-order", never: bothIn(model.Closed, model.SynReceived), steps: 9},
		{file: "rst-in-segments", steps: 22, long: true},
		{file: "acks-in-segments", steps: 24, long: true},
		{file: "rst-in-segments-5961", steps: 29, long: true},
	} {
		if c.long && !golden.Long() {
			continue
		}
		name := filepath.Join("testdata", "runs", c.file+".toml")
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		file, err := scenario.Parse(name, data, nil)
		if err != nil {
			t.Fatal(err)
		}
		always := properties.Named(file.Always...)
		if c.never != nil {
			always = unreachable("that", c.never)
		}
		for without := range netfake.AllReductions + 1 {
			if few := c.long || !golden.Long(); few && without != 0 && (c.long || without != netfake.AllReductions) {
				continue
			}
			o, err := properties.Question{Scenario: file.Scenario, Always: always}.Answer(t.Context(), properties.Settings{Without: without})
			if err != nil {
				t.Fatal(err)
			}
			if o.Verdict != explore.Violated || o.Run.Steps() != c.steps {
				t.Errorf("%s, without %v: %v after %d steps (%s), want a run of %d", c.file, without, o.Verdict, max(len(o.Run)-1, 0), o.Reason, c.steps)
			}
		}
	}
}
