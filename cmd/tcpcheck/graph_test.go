package main

import "testing"

func TestTryG(t *testing.T) {
	st, o, e := command(t, newGraphCmd(), "endpoint", "-o", "/tmp/try/e.dot")
	t.Logf("%d\n%s\nERR %s", st, o, e)
	st, o, e = command(t, newReplayCmd(), "/tmp/try/s.json", "--step", "4")
	t.Logf("%d\n%s\nERR %s", st, o, e)
	st, o, e = command(t, newTraceCmd(), "../../trace/testdata/close.pcap")
	t.Logf("%d\n%s\nERR %s", st, o, e)
	st, o, e = command(t, newTraceCmd(), "/tmp/try/e.dot", "--flow", "1")
	t.Logf("%d\n%s\nERR %s", st, o, e)
	st, o, e = command(t, newTraceCmd(), "/tmp/try/e.dot")
	t.Logf("%d\n%s\nERR %s", st, o, e)
}
