package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

// roleVariable makes the test binary a worker, or the process that begins a search and prints its result.
const roleVariable = "TCPCHECK_CLUSTER_ROLE"

// long is "" or what the documents say of it; the package that reads it otherwise has dependencies that this module has not.
var long = os.Getenv("TCPCHECK_LONG")

// hurried lets others take over soon.
var hurried = timing{beat: 5 * time.Second, wait: time.Second}

// brief is what such a process is told.
type brief struct {
	Role   string // worker or explore
	Sys    minitcp.System
	Dir    string
	URL    string
	Resume bool
}

// printed is the result.
type printed struct {
	Verdict, Reason     string
	Distinct, Generated uint64
}

func TestMain(m *testing.M) {
	text := os.Getenv(roleVariable)
	if text == "" {
		os.Exit(m.Run())
	}
	var b brief
	err := json.Unmarshal([]byte(text), &b)
	if err == nil {
		err = b.run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
}

func (b *brief) run() error {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	sys := explore.System[minitcp.State, minitcp.Action](b.Sys)
	o := explore.Options[minitcp.State, minitcp.Action]{Store: explore.Disk, Workers: 1, MaxMem: 256 << 20, Resume: b.Resume,
		Always: []explore.Predicate[minitcp.State]{{Name: "phases known", Holds: minitcp.PhasesKnown}}}
	t := patient
	if b.Sys != large {
		t = hurried
		o = explore.Fine(o) // all steps are given to workers
		o.Partitions, o.MaxMem = 4, 8<<20
	}
	o.Storage = explore.DirStorage(b.Dir)
	if b.Role == "worker" {
		for {
			if _, err := explore.Identity(ctx, o.Storage); err == nil || ctx.Err() != nil {
				break
			}
			time.Sleep(100 * time.Millisecond)
		}
		w, err := explore.NewTaskRunner(sys, o)
		if err != nil {
			return err
		}
		defer w.Close()
		return workWith(ctx, b.URL, b.Dir, o.Storage, w, t)
	}
	var err error
	if o.Away, err = openWith(ctx, b.URL, b.Dir, t); err != nil {
		return err
	}
	r := explore.Run(ctx, sys, o)
	return json.NewEncoder(os.Stdout).Encode(printed{r.Verdict.String(), r.Reason, r.Distinct, r.Generated})
}

var (
	middle = minitcp.System{Wire: 3, Opens: 1, Numbers: 2}
	large  = minitcp.System{Wire: 3, Opens: 2, Numbers: 2}
)

// place is a search on several processes of this machine.
type place struct {
	t        *testing.T
	sys      minitcp.System
	dir, tmp string
	port     int
	server   *process
	workers  []*process
	explore  *process
	spent    time.Duration // processor time of those that have ended
}

// process is a process that is stopped at the end of the test.
type process struct {
	*exec.Cmd
	out   strings.Builder
	ended chan error
}

func (p *place) start(cmd *exec.Cmd) *process {
	x := &process{Cmd: cmd, ended: make(chan error, 1)}
	cmd.Stdout, cmd.Stderr = &x.out, &x.out
	if err := cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	go func() { x.ended <- cmd.Wait() }()
	p.t.Cleanup(func() { _ = cmd.Process.Kill() })
	return x
}

// stop sends a signal and waits for the end.
func (p *place) stop(x *process, s os.Signal) {
	_ = x.Process.Signal(s)
	err := <-x.ended
	x.ended <- err
	p.spent += x.ProcessState.UserTime() + x.ProcessState.SystemTime()
}

func (p *place) role(role string, resume bool) *process {
	text, err := json.Marshal(brief{role, p.sys, p.dir, fmt.Sprintf("temporal://127.0.0.1:%d", p.port), resume})
	if err != nil {
		p.t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), roleVariable+"="+string(text), "GOMAXPROCS=1")
	return p.start(cmd)
}

// serve starts the server, and waits until it listens.
func (p *place) serve() {
	p.server = p.start(exec.Command(filepath.Join(p.tmp, "devserver"), "--port", fmt.Sprint(p.port), "--db", filepath.Join(p.tmp, "temporal.db")))
	for since := time.Now(); ; time.Sleep(100 * time.Millisecond) {
		c, err := net.Dial("tcp", fmt.Sprintf("127.0.0.1:%d", p.port))
		if err == nil {
			c.Close()
			return
		}
		if time.Since(since) > 5*time.Minute {
			p.t.Fatal(err, p.server.out.String())
		}
	}
}

// plan is what the test reads of a manifest.
type plan struct {
	Search struct {
		Disk struct {
			Step    int
			Merging struct{ Runs []struct{ Name string } }
		}
	}
}

func (p *place) plan() (m plan) {
	data, err := os.ReadFile(filepath.Join(p.dir, explore.ManifestName))
	if err == nil {
		err = json.Unmarshal(data, &m)
	}
	if err != nil && !os.IsNotExist(err) {
		p.t.Fatal(err)
	}
	return m
}

// until waits for a step.
func (p *place) until(step int) {
	for since := time.Now(); p.plan().Search.Disk.Step < step; time.Sleep(20 * time.Millisecond) {
		if time.Since(since) > 10*time.Minute {
			p.t.Fatalf("step %d does not come: %s", step, p.explore.out.String())
		}
	}
}

// result waits for the end of explore.
func (p *place) result() (r printed) {
	select {
	case err := <-p.explore.ended:
		p.explore.ended <- err // for whoever asks again
		if e := json.Unmarshal([]byte(p.explore.out.String()), &r); err != nil || e != nil {
			p.t.Fatal(err, p.explore.out.String())
		}
	case <-time.After(time.Hour):
		p.t.Fatal("no result after an hour")
	}
	return r
}

// verified compares the result, and every level with the pinned ones of a search in memory.
func (p *place) verified(what string, distinct uint64) {
	p.t.Helper()
	if r := p.result(); r.Verdict != "VERIFIED" || r.Distinct != distinct {
		p.t.Errorf("%s: %+v", what, r)
		return
	}
	pinned, err := os.ReadFile(fmt.Sprintf("../explore/testdata/levels-%d.txt", distinct))
	if err != nil {
		p.t.Fatal(err)
	}
	got, err := explore.LevelHashes(p.t.Context(), explore.DirStorage(p.dir))
	if want := strings.Fields(string(pinned)); err != nil || !slices.Equal(want, got) {
		p.t.Errorf("%s: %v; the levels are\n%q, want\n%q", what, err, got, want)
	}
}

// begin starts a new search with two workers.
func (p *place) begin() {
	p.dir, p.workers, p.spent = p.t.TempDir(), nil, 0
	p.explore = p.role("explore", false)
	for range 2 {
		p.workers = append(p.workers, p.role("worker", false))
	}
}

func (p *place) end() {
	for _, w := range append(p.workers, p.explore) {
		p.stop(w, os.Interrupt)
	}
}

func newPlace(t *testing.T, sys minitcp.System) *place {
	p := &place{t: t, sys: sys, tmp: t.TempDir()}
	build := exec.Command("go", "build", "-o", filepath.Join(p.tmp, "devserver"), ".")
	build.Dir = "devserver"
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	p.port = l.Addr().(*net.TCPAddr).Port
	l.Close()
	p.serve()
	return p
}

// Searches with a real server, two workers and the process that began them, each a process: whichever of them is killed, all
// levels are those of a search in memory.
func TestProcessesMayBeKilled(t *testing.T) {
	if long == "" {
		t.Skip("set TCPCHECK_LONG=1 to run")
	}
	p := newPlace(t, middle)
	happens := map[string]func(){
		"nothing": func() { p.onlyLoopback() },
		"a worker is killed": func() {
			p.stop(p.workers[0], os.Kill)
			p.workers = p.workers[1:]
		},
		"both workers are killed, so that the driver is": func() {
			for i, w := range p.workers {
				p.stop(w, os.Kill)
				p.workers[i] = p.role("worker", false)
			}
		},
		"a worker is stopped": func() {
			p.stop(p.workers[0], os.Interrupt)
			p.workers = p.workers[1:]
		},
		"explore is killed": func() {
			p.stop(p.explore, os.Kill)
			p.until(p.plan().Search.Disk.Step + 4) // without it
			p.explore = p.role("explore", true)
		},
		"Ctrl-C": func() {
			_ = p.explore.Process.Signal(os.Interrupt)
			if r := p.result(); r.Verdict != "UNKNOWN" || !strings.HasPrefix(r.Reason, "interrupted") {
				t.Errorf("after Ctrl-C: %+v", r)
			}
			step := p.plan().Search.Disk.Step
			time.Sleep(10 * time.Second)
			if now := p.plan().Search.Disk.Step; now != step {
				t.Errorf("after Ctrl-C it goes on from step %d to %d", step, now)
			}
			p.explore = p.role("explore", true)
		},
		"the server is killed": func() {
			p.stop(p.server, os.Kill)
			p.serve()
		},
	}
	for _, what := range slices.Sorted(maps.Keys(happens)) {
		begun := time.Now()
		p.begin()
		p.until(12)
		happens[what]()
		p.verified(what, 112_113)
		p.end()
		t.Logf("%s: %.1f s, %.1f s of processor time", what, time.Since(begun).Seconds(), p.spent.Seconds())
	}
}

// A run file that is altered ends the search with a line that names it, and the search can be resumed.
func TestAlteredRunFileIsNamedByProcesses(t *testing.T) {
	if long == "" {
		t.Skip("set TCPCHECK_LONG=1 to run")
	}
	p := newPlace(t, middle)
	p.begin()
	altered := map[string]bool{}
	for len(p.explore.ended) == 0 {
		for _, run := range p.plan().Search.Disk.Merging.Runs {
			if f, err := os.OpenFile(filepath.Join(p.dir, run.Name), os.O_WRONLY, 0); err == nil {
				_, _ = f.WriteAt([]byte("altered"), 100)
				f.Close()
				altered[run.Name] = true
			}
		}
		time.Sleep(time.Millisecond)
	}
	r := p.result()
	if file := regexp.MustCompile(`run-[0-9a-f-]+`).FindString(r.Reason); r.Verdict != "UNKNOWN" || !altered[file] || strings.Contains(r.Reason, "\n") {
		t.Errorf("%+v, want a line that names one of %v", r, slices.Sorted(maps.Keys(altered)))
	}
	t.Log(r.Reason)
	p.explore = p.role("explore", true)
	p.verified("resumed", 112_113)
	p.end()
}

// The largest size, in which two workers search two hours or less. The times that are logged stand in docs/manual/cluster.md.
func TestLargeByProcesses(t *testing.T) {
	if long != "all" {
		t.Skip("set TCPCHECK_LONG=all to run")
	}
	p := newPlace(t, large)
	begun := time.Now()
	p.begin()
	p.result()
	took := time.Since(begun)
	p.end()
	p.stop(p.server, os.Kill)
	t.Logf("%.1f s, %.1f s of processor time; of that the server %.1f s", took.Seconds(), p.spent.Seconds(),
		(p.server.ProcessState.UserTime() + p.server.ProcessState.SystemTime()).Seconds())
	p.verified("large", 14_161_931)
}

// onlyLoopback looks where the processes listen.
func (p *place) onlyLoopback() {
	for _, x := range append([]*process{p.server, p.explore}, p.workers...) {
		own := map[string]bool{}
		fds, _ := filepath.Glob(fmt.Sprintf("/proc/%d/fd/*", x.Process.Pid))
		for _, fd := range fds {
			if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, "socket:[") {
				own[strings.TrimSuffix(strings.TrimPrefix(to, "socket:["), "]")] = true
			}
		}
		for _, table := range []string{"tcp", "tcp6"} {
			text, err := os.ReadFile("/proc/net/" + table)
			if err != nil {
				p.t.Skip(err)
			}
			for line := range strings.Lines(string(text)) {
				f := strings.Fields(line)
				const listens = "0A"
				if len(f) > 9 && f[3] == listens && own[f[9]] && !strings.HasPrefix(f[1], "0100007F:") {
					p.t.Errorf("%s listens at %s", x.Path, f[1])
				}
			}
		}
	}
}
