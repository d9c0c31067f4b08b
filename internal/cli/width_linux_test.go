package cli

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"
	"unsafe"
)

// terminalOf opens a pseudo-terminal with so many columns: what is written to tty can be read from the other end.
func terminalOf(t *testing.T, columns uint16) (tty, other *os.File) {
	t.Helper()
	other, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Skip("no pseudo-terminals here: ", err)
	}
	t.Cleanup(func() { other.Close() })
	control := func(request uintptr, at unsafe.Pointer) {
		t.Helper()
		if _, _, no := syscall.Syscall(syscall.SYS_IOCTL, other.Fd(), request, uintptr(at)); no != 0 {
			t.Fatal(no)
		}
	}
	var locked, number int32
	control(syscall.TIOCSPTLCK, unsafe.Pointer(&locked))
	control(syscall.TIOCGPTN, unsafe.Pointer(&number))
	size := [4]uint16{24, columns}
	control(syscall.TIOCSWINSZ, unsafe.Pointer(&size))
	tty, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	return tty, other
}

// onTerminal returns what a command prints on a terminal, without colours.
func onTerminal(t *testing.T, columns uint16, args ...string) string {
	t.Helper()
	tty, other := terminalOf(t, columns)
	read := make(chan []byte)
	go func() {
		all, _ := io.ReadAll(other) // ends with an error when the terminal is closed
		read <- all
	}()
	var stderr bytes.Buffer
	if status := Run(t.Context(), args, strings.NewReader(""), tty, &stderr); status > 1 {
		t.Errorf("%s: status %d, %s", args, status, &stderr)
	}
	tty.Close()
	return strings.ReplaceAll(regexp.MustCompile("\x1b\\[[0-9;]*m").ReplaceAllString(string(<-read), ""), "\r", "")
}

// On a terminal of 80 columns no line is broken within a word.
func TestATerminalOf80Columns(t *testing.T) {
	captures := filepath.Join("..", "capture", "testdata")
	commands := [][]string{
		{"--help"}, {"verify", "two-segments-old-data", "last-ack-meets-syn-sent", "--variants"}, {"verify", "--list"},
		{"explore", "--theorem", "last-ack-meets-syn-sent"}, {"explore", "--theorem", "old-syn-at-opener", "--legend"}, {"explore", "--keys"},
		{"why", "assassination"}, {"claims", "two-way-only-wastes"}, {"hazards", "5", "1"}, {"hazards", "--list"}, {"bound", "quiet-time"},
		{"bound", "--list", "retention"}, {"simulate", "--theorem", "two-segments-old-data", "--runs", "20"},
		{"survey", "--list"}, {"advise", "--list"}, {"conform", "--list"},
		{"capture", filepath.Join(captures, "reset.pcap"), filepath.Join(captures, "reuse.pcap")},
		{"capture", filepath.Join(captures, "close.pcap"), "--by", "ended", "--ladders", "0", "--lines"},
	}
	for _, cmd := range newRoot().Commands() {
		commands = append(commands, []string{cmd.Name(), "--help"})
	}
	for _, args := range commands {
		text := onTerminal(t, 80, args...)
		if len(text) < 100 {
			t.Errorf("%s prints %q", args, text)
		}
		for line := range strings.Lines(text) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
				t.Errorf("%s: %d columns: %s", args, n, line)
			}
		}
	}
}

// What programs read is not broken.
func TestATerminalGetsWholeLinesForPrograms(t *testing.T) {
	if _, want, _ := run(t, "schema"); onTerminal(t, 80, "schema") != want {
		t.Error("schema prints something else on a terminal")
	}
}
