package certify

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/scenario"
)

// Certificate is the claim of a file: States are all reachable states of Scenario, each of its invariants holds in
// all of them, and each witness holds in one of them.
type Certificate struct {
	Name      string // what the scenario is called, for people
	Program   string // what made it, for people
	Scenario  scenario.File
	Witnesses []string // names of conditions
	States    *Set
}

// firstLine begins every certificate. The number is that of the form of the file.
const firstLine = "tcpcheck certificate 1"

// checksumLine begins the second line, which has the checksum of all that follows.
const checksumLine = "sha256 "

// head is the third line. After it come the states, compressed.
type head struct {
	Name      string   `json:"name"`
	Program   string   `json:"program"`
	Scenario  string   `json:"scenario"` // a scenario file
	Witnesses []string `json:"witnesses"`
	States    int      `json:"states"`
}

// Write writes the certificate.  Its states are sorted.  For each state it writes how many leading bytes are the same
// as in the state before, and the other bytes.
func (c *Certificate) Write(w io.Writer) error {
	h, err := json.Marshal(head{c.Name, c.Program, string(scenario.Format(c.Scenario)), c.Witnesses, c.States.Len()})
	if err != nil {
		return err
	}
	var body bytes.Buffer
	body.Write(append(h, '\n'))
	z := gzip.NewWriter(&body)
	if err := c.writeStates(z); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	if _, err := fmt.Fprintf(w, "%s\n%s%s\n", firstLine, checksumLine, checksum(body.Bytes())); err != nil {
		return err
	}
	_, err = w.Write(body.Bytes())
	return err
}

func checksum(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:])
}

func (c *Certificate) writeStates(w io.Writer) error {
	b := bufio.NewWriter(w)
	var before, lengths []byte
	for _, i := range c.States.sorted() {
		code := c.States.Code(i)
		same := 0
		for same < min(len(before), len(code)) && before[same] == code[same] {
			same++
		}
		lengths = binary.AppendUvarint(lengths[:0], uint64(same))
		lengths = binary.AppendUvarint(lengths, uint64(len(code)-same))
		b.Write(lengths)
		b.Write(code[same:])
		before = code
	}
	return b.Flush() // it has the first error
}

// NotOne says why a file is not a certificate.
type NotOne struct{ Found, Expected string }

func (e *NotOne) Error() string { return "found " + e.Found + ", expected " + e.Expected }

// Read reads a certificate, and checks that the file is as it was written.  The error is a *NotOne if the file is not
// a certificate, and a *Refusal if it is a certificate that was changed or lacks something.
func Read(r io.Reader) (*Certificate, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	first, data, _ := bytes.Cut(data, []byte("\n"))
	if string(first) != firstLine {
		return nil, &NotOne{fmt.Sprintf("%q in the first line", shorten(first)), fmt.Sprintf("%q, as explore --certificate writes it", firstLine)}
	}
	second, body, _ := bytes.Cut(data, []byte("\n"))
	want, ok := strings.CutPrefix(string(second), checksumLine)
	if !ok {
		return nil, &NotOne{fmt.Sprintf("%q in the second line", shorten(second)), checksumLine + "and a checksum"}
	}
	if found := checksum(body); found != want {
		return nil, &Refusal{Missing: fmt.Sprintf("the checksum is %s and not %s, as the second line says: the file was changed or cut short", found, shorten([]byte(want)))}
	}
	third, states, _ := bytes.Cut(body, []byte("\n"))
	c, n, err := parseHead(third)
	if err != nil {
		return nil, &Refusal{Missing: "third line: " + err.Error()}
	}
	if c.States, err = readStates(states, n); err != nil {
		return nil, &Refusal{Missing: "states: " + err.Error()}
	}
	return c, nil
}

func parseHead(line []byte) (c *Certificate, states int, err error) {
	var h head
	d := json.NewDecoder(bytes.NewReader(line))
	d.DisallowUnknownFields()
	if err := d.Decode(&h); err != nil {
		return nil, 0, err
	}
	c = &Certificate{Name: h.Name, Program: h.Program, Witnesses: h.Witnesses}
	c.Scenario, err = scenario.Parse("the scenario", []byte(h.Scenario), nil)
	return c, h.States, err
}

// mostBytes is more than any encoding takes.
const mostBytes = 1 << 16

// readStates reads n states, which must be in order and no more than that.
func readStates(data []byte, n int) (*Set, error) {
	z, err := gzip.NewReader(bytes.NewReader(data))
	if err != nil {
		return nil, err
	}
	b := bufio.NewReader(z)
	states := NewSet()
	var code, before []byte
	for i := range n {
		same, err := binary.ReadUvarint(b)
		if err != nil {
			return nil, fmt.Errorf("found %d, expected %d as the third line says: %w", i, n, err)
		}
		more, err := binary.ReadUvarint(b)
		if err != nil {
			return nil, err
		}
		if same > uint64(len(code)) || more > mostBytes {
			return nil, fmt.Errorf("state %d: found lengths %d and %d, expected a part of the state before and a rest", i+1, same, more)
		}
		before = append(before[:0], code...)
		code = slices.Grow(code[:same], int(more))[:same+more]
		if _, err := io.ReadFull(b, code[same:]); err != nil {
			return nil, err
		}
		if i > 0 && bytes.Compare(before, code) >= 0 {
			return nil, fmt.Errorf("state %d: expected each state once, in order", i+1)
		}
		states.Add(code)
	}
	if _, err := b.ReadByte(); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("found more than %d, expected as many as the third line says", n)
	}
	return states, nil
}

// shorten keeps what is found in a file of another kind from filling the terminal.
func shorten(text []byte) string {
	if len(text) > 70 {
		return string(text[:70]) + "..."
	}
	return string(text)
}
