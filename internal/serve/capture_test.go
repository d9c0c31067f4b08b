package serve

import (
	"os"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/capture"
)

// What is found in a connection is said in sentences, with the packets and the clause.
func TestFindings(t *testing.T) {
	f, err := os.Open("../capture/testdata/reset.pcap")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	src, err := capture.Open(f, "reset.pcap")
	if err != nil {
		t.Fatal(err)
	}
	v, err := judge(src, 340)
	if err != nil || len(v.Connections) != 1 {
		t.Fatalf("%d connections, %v", len(v.Connections), err)
	}
	c := v.Connections[0]
	if len(c.Found) != 1 || !strings.HasPrefix(c.Found[0], "note, in packet 6: A resets the connection") || !strings.Contains(c.Found[0], "RFC 9293 §3.5.3") {
		t.Errorf("found %q", c.Found)
	}
	if !strings.Contains(c.Picture, `width="340"`) {
		t.Errorf("the picture has another width: %.200s", c.Picture)
	}
}
