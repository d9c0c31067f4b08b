package built_test

import (
	"os"
	"strings"
	"testing"

	"github.com/soypat/lneto/tcp"

	"github.com/tcpcheck/tcpcheck/conform/stacks/built"
)

func TestVersion(t *testing.T) {
	mod, err := os.ReadFile("../go.mod")
	if err != nil {
		t.Fatal(err)
	}
	if v := built.Version(tcp.NewFrame); !strings.Contains(string(mod), "github.com/soypat/lneto "+v+"\n") {
		t.Errorf("found %s, expected that of go.mod", v)
	}
	if v := built.Version(TestVersion); v != "(devel)" {
		t.Errorf("found %s, expected (devel)", v)
	}
}
