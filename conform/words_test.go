package conform_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/conform"
)

// numbered is oddTable with the numbers of what is sent.
func numbered(got string) string {
	return strings.Replace(oddTable, `got = ["RST", "RST,ACK"]`, "got = ["+got+"]\ncount = 190", 1)
}

// The numbers of what is sent are part of an entry: other numbers are no longer covered by it.
func TestAnEntryNamesNumbers(t *testing.T) {
	for got, covers := range map[string]bool{
		`"RST SEQ=SEG.ACK LEN=0", "RST,ACK SEQ=0 ACK=SEG.SEQ+SEG.LEN"`: true,
		`"RST SEQ=SEG.ACK|0", "RST,ACK ACK=RCV.NXT|SEG.SEQ+SEG.LEN"`:   true,
		`"RST SEQ=SEG.ACK+1", "RST,ACK"`:                               false,
		`"RST SEQ=0", "RST,ACK"`:                                       false,
		`"RST", "RST,ACK ACK=SEG.SEQ"`:                                 false,
		`"RST", "RST,ACK LEN=1"`:                                       false,
	} {
		r := check(t, odd(), conform.Options{Table: table(t, numbered(got)), Pairs: regexp.MustCompile("^CLOSED")})
		if r.OK() != covers {
			t.Errorf("%s: %s", got, text(t, r))
		}
	}
}

// The number of pairs that need an entry is part of it, and Pin writes both as they are.
func TestAnEntryHasACount(t *testing.T) {
	t.Parallel()
	wrong := strings.Replace(numbered(`"RST", "RST,ACK"`), "count = 190", "count = 6", 1)
	r := check(t, odd(), conform.Options{Table: table(t, wrong)})
	if r.OK() || len(r.Miscounted) != 1 || r.Miscounted[0] != (conform.Miscount{Name: "rst-for-rst", Want: 6, Got: 190}) ||
		!strings.Contains(text(t, r), "ANOTHER NUMBER OF PAIRS: rst-for-rst: 190 pairs, expected 6") {
		t.Error(text(t, r))
	}
	pinned, err := r.Pin(wrong)
	if err != nil {
		t.Fatal(err)
	}
	want := numbered("\"RST SEQ=SEG.ACK LEN=0\", \"RST,ACK SEQ=0 ACK=SEG.SEQ+SEG.LEN LEN=0\"")
	if pinned != want {
		t.Errorf("got %s, want %s", pinned, want)
	}
}

func TestWordsThatAreNoSegmentsAreRefused(t *testing.T) {
	for got, want := range map[string]string{
		`"RSTT"`:             `found "RSTT" in "RSTT", expected nothing, or flags`,
		`"SEQ=0"`:            "expected flags before it",
		`"RST WND=0"`:        "expected SEQ=, ACK= or LEN=",
		`"RST SEQ=RCV.NXT"`:  "expected one of SND.NXT, SND.UNA, SEG.ACK, 0, ISS, MODEL",
		`"RST SEQ=SND.NXT+"`: "expected one of SND.NXT",
		`"RST ACK=7"`:        "expected one of RCV.NXT",
		`"RST LEN=-1"`:       "expected one of MODEL",
	} {
		_, err := conform.ParseTable("table.toml", numbered(got))
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: got %v, want %s", got, err, want)
		}
	}
}
