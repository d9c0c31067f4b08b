package main

import (
	"os/exec"
	"strings"
	"testing"
)

func TestGraphs(t *testing.T) {
	for _, c := range []struct {
		claim, args string
		status      int
		want        string
	}{
		{"the endpoint's diagram has all of Figure 5", "endpoint", exitOK, "all 20 arrows of the figure were found"},
		{"a policy changes the diagram", "endpoint --format json --set both.tcp.rst-issuer-time-wait=on", exitOK,
			`{"from":"ESTABLISHED","to":"TIME-WAIT","event":"ABORT","output":"snd RST","figure5":"noted","why":"note 3"`},
		{"loops are kept when asked for", "endpoint --format aut --loops", exitOK, `(4,"SEND / snd text",4)`},
		{"one scenario has part of the figure", "endpoint --theorem two-segments-ghost", exitOK, `NEVER FOUND\nCLOSE / snd FIN`},
		{"folded states are pairs", "folded --set stale=[]", exitOK, `label="A SYN-SENT\nB SYN-RECEIVED\n4 states"`},
		{"a folded edge says what happened", "folded --set stale=[] --format aut", exitOK, `"B rcv FIN,ACK"`},
		{"a joint node shows the wire", "joint --theorem two-segments-ghost --max-depth 2", exitIncomplete, `A CLOSED / B ESTABLISHED\nA(old)→B(old) <SEQ=91>`},
		{"a joint graph as Aldebaran", "joint --format aut --set stale=[]", exitOK, "des (0, "},
		{"a joint graph as JSON", "joint --format json --set stale=[]", exitOK, `{"node":0,"label":"A CLOSED / B CLOSED","depth":0,"initial":true,"size":1}`},
	} {
		status, out, err := command(t, newGraphCmd(), split(c.args)...)
		if status != c.status || !strings.Contains(out, c.want) {
			t.Errorf("%s: status %d, want %d and %s; got\n%.3000s%s", c.claim, status, c.status, c.want, out, err)
		}
	}
}

func TestWrongGraphs(t *testing.T) {
	for _, c := range []struct{ args, want string }{
		{"", "graph: found 0 arguments, expected one of endpoint, mealy, joint, folded"},
		{"all", "graph all: expected one of endpoint, mealy, joint, folded"},
		{"joint --format svg", "--format svg: expected one of dot, aut, json"},
		{"folded --loops", "--loops: found graph folded as dot, expected graph endpoint with --format aut or json"},
		{"endpoint --msl 2", "--msl: without a file or a theorem the endpoint's diagram has scenarios of its own"},
		{"folded -o no/such/dir/x", "--output no/such/dir/x: no such file or directory, expected a file that can be written"},
	} {
		status, _, err := command(t, newGraphCmd(), split(c.args)...)
		if status != exitUsage || !strings.Contains(err, c.want) {
			t.Errorf("%s: status %d, %s\nwant %s", c.args, status, err, c.want)
		}
	}
}

func TestGraphvizTakesTheGraphs(t *testing.T) {
	dot, err := exec.LookPath("dot")
	if err != nil {
		t.Skip("no Graphviz here")
	}
	for _, args := range []string{"endpoint", "folded", "joint --set stale=[] --max-depth 4"} {
		_, out, _ := command(t, newGraphCmd(), split(args)...)
		cmd := exec.Command(dot, "-Tsvg")
		cmd.Stdin = strings.NewReader(out)
		if text, err := cmd.CombinedOutput(); err != nil || strings.Contains(string(text), "Warning") {
			t.Errorf("%s: %v %.500s", args, err, text)
		}
	}
}

func TestTrace(t *testing.T) {
	const capture = "../../trace/testdata/close.pcap"
	for _, c := range []struct {
		claim, args string
		status      int
		want        string
	}{
		{"a connection is drawn", capture, exitOK, "TIME-WAIT  A"},
		{"a summary only", capture + " --summary", exitOK, "11 of TCP, 1 connections"},
		{"JSON, a line each", capture + " --json", exitOK, `{"file":"../../trace/testdata/close.pcap","format":`},
		{"another flow is none, and what there is is said", capture + " --flow 127.0.0.1:81", exitUsage, "--flow 127.0.0.1:81: found no such connection, expected one of 127.0.0.1:40000,127.0.0.1:8080"},
		{"after an unusable file the next is judged", "no/such/file graph_test.go " + capture, exitUsage, "TIME-WAIT  A"},
		{"each unusable file is named", "no/such/file " + capture + " graph_test.go", exitUsage, "graph_test.go: line 1: expected a line of tcpdump"},
		{"each unusable file is named", "no/such/file " + capture + " graph_test.go", exitUsage, "tcpcheck: open no/such/file"},
		{"both ends in either order", capture + " --flow 127.0.0.1:8080,127.0.0.1:40000", exitOK, "(1 shown)"},
		{"no capture", "graph_test.go", exitUsage, "graph_test.go: line 1: expected a line of tcpdump"},
		{"no file", "no/such/file", exitUsage, "no such file or directory: expected a capture"},
		{"no argument", "", exitUsage, "trace: found no file, expected a capture, or - for stdin"},
		{"a flow that is none", capture + " --flow x", exitUsage, `--flow x: found "x", expected one or two of`},
	} {
		status, out, err := command(t, newTraceCmd(), split(c.args)...)
		if status != c.status || !strings.Contains(out+err, c.want) {
			t.Errorf("%s: status %d, want %d and %s; got\n%s%s", c.claim, status, c.status, c.want, out, err)
		}
	}
}
