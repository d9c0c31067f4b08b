package cli_test

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/tcpcheck/tcpcheck/internal/cli/clitest"
	"github.com/tcpcheck/tcpcheck/internal/cli/program"
	"github.com/tcpcheck/tcpcheck/internal/cli/why"
	"github.com/tcpcheck/tcpcheck/internal/golden"
)

// The commands of the manual run as they are written, and draw the pictures that it shows.
func TestTheManual(t *testing.T) {
	t.Chdir("../..") // where the reader runs them
	pages, err := filepath.Glob("docs/manual/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatal(pages, err)
	}
	reference, err := filepath.Glob("docs/manual/reference/*.md")
	if err != nil || len(reference) == 0 {
		t.Fatal(reference, err)
	}
	for _, page := range slices.Concat(pages, reference, []string{"README.md"}) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		dir := t.TempDir()
		for _, c := range commands(string(text), dir) {
			if page == "README.md" && !shows(string(text), c.picture()) {
				continue // .ci/readme runs the others
			}
			if c.other != "" {
				t.Errorf("%s: %s: expected go run ./cmd/tcpcheck or ./cmd/why; a block that nobody runs is indented", page, c.other)
				continue
			}
			run := clitest.Run
			if c.small {
				run = runSmall
			}
			status, out, errs := run(t, c.args...)
			if status != c.status {
				t.Errorf("%s: %v: status %d, want %d: %s", page, c.args, status, c.status, errs)
			}
			if c.into != "" {
				if err := os.WriteFile(c.into, []byte(out), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if name := c.picture(); shows(string(text), name) {
				drawn, err := os.ReadFile(filepath.Join(dir, name))
				if err != nil {
					t.Fatal(err)
				}
				golden.Check(t, "docs/pictures/"+name, string(drawn))
			}
		}
		for _, m := range regexp.MustCompile(`\]\(([^)#:]+)(?:#[^)]*)?\)`).FindAllStringSubmatch(string(text), -1) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(page), m[1])); err != nil {
				t.Errorf("%s: a link leads nowhere: %v", page, err)
			}
		}
	}
}

// command is one line of a block marked "sh".
type command struct {
	args   []string
	into   string // the file that its output goes to
	status int
	small  bool   // cmd/why
	other  string // a line that is not for tcpcheck
}

func runSmall(t *testing.T, args ...string) (status int, stdout, stderr string) {
	var out, errs bytes.Buffer
	status = program.Run(t.Context(), why.NewTextOnly(), args, nil, &out, &errs)
	return status, out.String(), errs.String()
}

// picture is the name of the file that is drawn.
func (c command) picture() string {
	for i, a := range c.args {
		if a == "--picture" || a == "-o" || a == "--plot" {
			return filepath.Base(c.args[i+1])
		}
	}
	return ""
}

func shows(text, picture string) bool {
	return picture != "" && strings.Contains(text, "pictures/"+picture+")")
}

// commands are those of tcpcheck, with dir for /tmp.
func commands(text, dir string) (list []command) {
	for _, block := range regexp.MustCompile("(?s)```sh\n(.*?)```").FindAllStringSubmatch(text, -1) {
		for line := range strings.Lines(block[1]) {
			line, comment, _ := strings.Cut(strings.TrimSpace(line), "   #")
			rest, ours := strings.CutPrefix(line, "go run ./cmd/tcpcheck ")
			why, small := strings.CutPrefix(line, "go run ./cmd/why ")
			if small {
				rest = why
			}
			if !ours && !small { // other tools are for README
				list = append(list, command{other: line})
				continue
			}
			rest, into, _ := strings.Cut(strings.ReplaceAll(rest, "/tmp/", dir+"/"), " > ")
			c := command{args: words(rest), into: strings.TrimSpace(into), small: small}
			if m := regexp.MustCompile(`exit (\d)`).FindStringSubmatch(comment); m != nil {
				c.status, _ = strconv.Atoi(m[1])
			}
			list = append(list, c)
		}
	}
	return list
}

// words splits a line as a shell does, as far as the manual needs it.
func words(line string) (list []string) {
	for _, w := range regexp.MustCompile(`"[^"]*"|'[^']*'|\S+`).FindAllString(line, -1) {
		list = append(list, strings.Trim(w, `"'`))
	}
	return list
}
