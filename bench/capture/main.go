// Command capture compares tcpcheck's reading of captures with tshark's, side by side in one run: processor time, memory,
// and what each counts.
//
//	cd bench && go run ./capture [--runs 3] FILE...
//
// The two do not mean the same by all words; README.md says where they differ. tshark has to be installed.
//
// Exit status: 0 both have read the files, 2 unusable arguments, 3 a run failed.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"text/tabwriter"

	"github.com/spf13/pflag"
)

func main() {
	runs := pflag.Int("runs", 3, "how often each program reads the files; medians are printed")
	pflag.Parse()
	if pflag.NArg() == 0 || *runs < 1 {
		fmt.Fprintln(os.Stderr, "capture: expected one capture file or more, and --runs of 1 or more")
		os.Exit(2)
	}
	if err := run(os.Stdout, pflag.Args(), *runs); err != nil {
		fmt.Fprintln(os.Stderr, "capture:", err)
		os.Exit(3)
	}
}

// used is what the kernel says of one process.
type used struct {
	seconds float64 // of the processor, user and system
	peak    int64   // octets resident
}

// count is a line of the table: our rules, and tshark's fields, that are added up for it.
type count struct {
	what   string
	rules  []string
	fields []string
}

var counts = []count{
	{"retransmission, SYN again, out of order", []string{"retransmission", "syn-repeated", "out-of-order"},
		[]string{"tcp.analysis.retransmission", "tcp.analysis.out_of_order"}},
	{"keep-alive", []string{"keep-alive"}, []string{"tcp.analysis.keep_alive"}},
	{"zero window (ours: its beginning)", []string{"zero-window"}, []string{"tcp.analysis.zero_window"}},
	{"window full", []string{"window-full"}, []string{"tcp.analysis.window_full"}},
	{"duplicate ACK", []string{"duplicate-ack"}, []string{"tcp.analysis.duplicate_ack"}},
	{"gap, segment not captured", []string{"gap"}, []string{"tcp.analysis.lost_segment"}},
	{"ACK of what was not captured", []string{"ack-unseen", "ack-of-unsent"}, []string{"tcp.analysis.ack_lost_segment"}},
	{"sockets used again", []string{"reused", "open-in-time-wait"}, []string{"tcp.analysis.reused_ports"}},
	{"copy of a packet", []string{"copy"}, nil},
}

func run(w io.Writer, files []string, runs int) error {
	dir, err := os.MkdirTemp("", "tcpcheck-capture")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	ours := dir + "/tcpcheck"
	root, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/tcpcheck/tcpcheck").Output()
	if err != nil {
		return fmt.Errorf("go list: %w", err)
	}
	build := exec.Command("go", "build", "-o", ours, "./cmd/tcpcheck")
	build.Dir = strings.TrimSpace(string(root))
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("go build: %w: %s", err, out)
	}
	var we, they []used
	found, fields := map[string]int{}, map[string]int{}
	for i := range runs { // one after the other, so that both have the same neighbours
		for _, f := range files {
			out, u, err := measured(ours, "capture", "--summary", "--json", f)
			if err != nil {
				return err
			}
			we = append(we, u)
			if i == 0 {
				if err := countOurs(found, out); err != nil {
					return fmt.Errorf("%s: %w", f, err)
				}
			}
			out, u, err = measured("tshark", tsharkArgs(f)...)
			if err != nil {
				return err
			}
			they = append(they, u)
			if i == 0 {
				countTheirs(fields, out)
			}
		}
	}
	return print(w, median(we, len(files)), median(they, len(files)), found, fields)
}

func tsharkArgs(file string) []string {
	args := []string{"-n", "-r", file, "-Y", "tcp", "-T", "fields", "-E", "separator=/t", "-E", "occurrence=f", "-e", "tcp.stream"}
	for _, c := range counts {
		for _, f := range c.fields {
			args = append(args, "-e", f)
		}
	}
	return args
}

func measured(name string, args ...string) ([]byte, used, error) {
	var out, problem bytes.Buffer
	cmd := exec.Command(name, args...)
	cmd.Stdout, cmd.Stderr = &out, &problem
	err := cmd.Run()
	var status *exec.ExitError
	if errors.As(err, &status) && status.ExitCode() == 1 && name != "tshark" {
		err = nil // it found something impossible
	}
	if err != nil {
		return nil, used{}, fmt.Errorf("%s: %w: %s", name, err, strings.TrimSpace(problem.String()))
	}
	u := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return out.Bytes(), used{float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9, u.Maxrss * 1024}, nil
}

func countOurs(found map[string]int, out []byte) error {
	var report struct {
		Connections int
		Found       []struct {
			Rule  string
			Count int
		}
	}
	lines := bytes.Split(bytes.TrimSpace(out), []byte("\n"))
	if err := json.Unmarshal(lines[len(lines)-1], &report); err != nil {
		return err
	}
	found["connections"] += report.Connections
	for _, r := range report.Found {
		found[r.Rule] += r.Count
	}
	return nil
}

func countTheirs(fields map[string]int, out []byte) {
	streams := map[string]bool{}
	for line := range strings.SplitSeq(strings.TrimSpace(string(out)), "\n") {
		cells := strings.Split(line, "\t")
		streams[cells[0]] = true
		at := 1
		for _, c := range counts {
			for _, f := range c.fields {
				if at < len(cells) && cells[at] != "" {
					fields[f]++
				}
				at++
			}
		}
	}
	fields["connections"] += len(streams)
}

// median of the runs, each of which is the sum over the files; the peak is the largest.
func median(all []used, files int) (m used) {
	var seconds []float64
	for i := 0; i < len(all); i += files {
		sum := 0.0
		for _, u := range all[i : i+files] {
			sum += u.seconds
			m.peak = max(m.peak, u.peak)
		}
		seconds = append(seconds, sum)
	}
	slices.Sort(seconds)
	m.seconds = seconds[len(seconds)/2]
	return m
}

func print(w io.Writer, we, they used, found, fields map[string]int) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "\ttcpcheck\ttshark\ttshark / tcpcheck\t\n")
	fmt.Fprintf(t, "processor seconds\t%.2f\t%.2f\t%.1f\t\n", we.seconds, they.seconds, they.seconds/we.seconds)
	fmt.Fprintf(t, "peak MiB\t%d\t%d\t%.1f\t\n", we.peak>>20, they.peak>>20, float64(they.peak)/float64(we.peak))
	fmt.Fprintf(t, "connections\t%d\t%d\t\t\n", found["connections"], fields["connections"])
	for _, c := range counts {
		our, their := 0, 0
		for _, r := range c.rules {
			our += found[r]
		}
		for _, f := range c.fields {
			their += fields[f]
		}
		if c.fields == nil {
			fmt.Fprintf(t, "%s\t%d\t-\t\t\n", c.what, our)
			continue
		}
		fmt.Fprintf(t, "%s\t%d\t%d\t\t\n", c.what, our, their)
	}
	return t.Flush()
}
