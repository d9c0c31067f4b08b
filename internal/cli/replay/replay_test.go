package replay_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
)

// The theorem that a saved run names is named again only if the scenario is that theorem's.
func TestTheNameOfATheoremIsNotBelieved(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run.json")
	if status, _, stderr := clitest.Run(t, "explore", "--theorem", "two-segments-ghost", "--save", file); status != exit.Violated {
		t.Fatalf("status %d: %s", status, stderr)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, said := range map[string]bool{"two-segments-ghost": true, "agreement": false, "no-such-theorem": false} {
		other := strings.Replace(string(data), `"two-segments-ghost"`, `"`+name+`"`, 1)
		if err := os.WriteFile(file, []byte(other), 0o600); err != nil {
			t.Fatal(err)
		}
		status, out, stderr := clitest.Run(t, "replay", file)
		if status != exit.OK || stderr != "" || strings.Contains(out, "theorem "+name) != said {
			t.Errorf("%s: status %d %s\n%s", name, status, stderr, out)
		}
	}
}
