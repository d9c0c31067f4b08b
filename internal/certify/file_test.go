package certify_test

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"math"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tcpcheck/tcpcheck/internal/certify"
)

func TestOtherFilesAreNoCertificates(t *testing.T) {
	for _, text := range []string{"", "\n", "start = \"closed\"\n", "tcpcheck certificate 2\nsha256 0\n", "tcpcheck certificate 1\n", strings.Repeat("x", 1000)} {
		var none *certify.NotOne
		if _, err := certify.Read(strings.NewReader(text)); !errors.As(err, &none) {
			t.Errorf("%.30q: found %v, expected that it is no certificate", text, err)
		}
	}
}

// forge makes a file of any third line and any states, with the right checksum.
func forge(third string, states []byte) []byte {
	body := append([]byte(third+"\n"), states...)
	sum := sha256.Sum256(body)
	return append([]byte("tcpcheck certificate 1\nsha256 "+hex.EncodeToString(sum[:])+"\n"), body...)
}

// packed is the compressed list of states, each with how many bytes it shares with the one before, and its own.
func packed(states ...any) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for i := 0; i < len(states); i += 2 {
		own := states[i+1].(string)
		z.Write([]byte{byte(states[i].(int)), byte(len(own))})
		z.Write([]byte(own))
	}
	z.Close()
	return b.Bytes()
}

// A file whose checksum is right, and that does not say what a certificate says, is refused.
func TestFilesThatSayOtherwiseAreRefused(t *testing.T) {
	head := func(n int) string {
		return fmt.Sprintf(`{"name":"","program":"","scenario":"","witnesses":null,"states":%d}`, n)
	}
	good := packed(0, "abc", 1, "cd", 0, "b")
	if c, err := certify.Read(bytes.NewReader(forge(head(3), good))); err != nil || c.States.Len() != 3 || string(c.States.Code(1)) != "acd" {
		t.Fatalf("a file that is well formed is not read: %v", err)
	}
	for claim, data := range map[string][]byte{
		"more states than it says":     forge(head(2), good),
		"fewer states than it says":    forge(head(4), good),
		"a state twice":                forge(head(3), packed(0, "abc", 3, "", 0, "b")),
		"states out of order":          forge(head(2), packed(0, "b", 0, "abc")),
		"more shared than there is":    forge(head(2), packed(0, "b", 2, "abc")),
		"states that are not packed":   forge(head(1), []byte("abc")),
		"no states":                    forge(head(0), nil),
		"a key that is not known":      forge(`{"name":"","other":1,"states":0}`, packed()),
		"a third line that is no JSON": forge("states 0", packed()),
		"a scenario that is none":      forge(`{"scenario":"net.msl = 99","states":0}`, packed()),
	} {
		t.Run(claim, func(t *testing.T) {
			_, err := certify.Read(bytes.NewReader(data))
			refused(t, err, claim)
		})
	}
}

// A set finds what was added, and nothing else.
func TestSet(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		set, known := certify.NewSet(), map[string]int{}
		for range rapid.IntRange(0, 3000).Draw(t, "n") {
			code := []byte(fmt.Sprint(rapid.Uint16().Draw(t, "code")))
			i, added := set.Add(code)
			want, old := known[string(code)]
			if added == old || old && i != want {
				t.Fatalf("added %s: %d, %v; expected %d, %v", code, i, added, want, !old)
			}
			known[string(code)] = i
			if !bytes.Equal(set.Code(i), code) {
				t.Fatalf("code %d: %s, expected %s", i, set.Code(i), code)
			}
		}
		for code, i := range known {
			if at, ok := set.Find([]byte(code)); !ok || at != i {
				t.Fatalf("find %s: %d, %v", code, at, ok)
			}
		}
		if _, ok := set.Find([]byte(fmt.Sprint(math.MaxUint16 + 1))); ok || set.Len() != len(known) {
			t.Fatalf("%d codes, expected %d", set.Len(), len(known))
		}
	})
}

// Whatever the bytes, Read returns, and what it accepts can be checked.
func FuzzRead(f *testing.F) {
	f.Add(file(f, kept()["blind-data"]))
	f.Add([]byte("tcpcheck certificate 1\nsha256 0\n{}\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		if c, err := certify.Read(bytes.NewReader(data)); err == nil {
			_, _ = certify.Check(ctx, c, certify.Options{Workers: 1})
		}
	})
}
