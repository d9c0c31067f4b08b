package main

import (
	"os/exec"
	"strings"
	"testing"
)

// The first program that a newcomer compiles has nothing that its answers do not need.
func TestWhyIsSmall(t *testing.T) {
	const ours = "github.com/tcpcheck/tcpcheck/"
	heavy := []string{"net/http", "html/template", "encoding/xml", "encoding/gob", "math/big", "image", "testing", "github.com/gopacket", "gonum.org/v1/plot",
		"golang.org/x/image", "github.com/klauspost/compress", "github.com/pelletier/go-toml", "github.com/expr-lang", "github.com/yuin",
		ours + "conform", ours + "internal/capture", ours + "internal/serve", ours + "internal/scenario"}
	deps := map[string][]string{}
	for _, program := range []string{".", "../tcpcheck"} {
		out, err := exec.Command("go", "list", "-deps", program).Output()
		if err != nil {
			t.Fatal(err)
		}
		deps[program] = strings.Fields(string(out))
	}
	has := func(program, path string) bool {
		for _, d := range deps[program] {
			if d == path || strings.HasPrefix(d, path+"/") {
				return true
			}
		}
		return false
	}
	for _, path := range heavy {
		if has(".", path) {
			t.Errorf("cmd/why depends on %s", path)
		}
		if path != "testing" && !has("../tcpcheck", path) {
			t.Errorf("cmd/tcpcheck does not depend on %s: expected the path of a package that it needs", path)
		}
	}
	if small, whole := len(deps["."]), len(deps["../tcpcheck"]); small < 100 || 2*small > whole {
		t.Errorf("cmd/why has %d packages, cmd/tcpcheck %d: expected fewer than half as many", small, whole)
	}
}
