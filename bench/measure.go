package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
	"time"
)

// command is what a row runs.
type command struct {
	argv []string
	dir  string
}

// sample is one run as the kernel accounted for it.
type sample struct {
	Distinct uint64  `json:"distinct"`
	CPU      float64 `json:"cpu_s"`  // user and system seconds, of all its processes
	Wall     float64 `json:"wall_s"` // seconds
	Peak     uint64  `json:"peak_b"` // bytes resident at most, of the largest of its processes
}

var errTimeout = errors.New("took too long")

// measure runs c to its end, or until the timeout (none if zero), and returns what it printed.
//
// On Linux a new process starts with the peak of the one that made it, so no peak is below this command's own, a few
// MiB: that is why nothing is searched here.
func measure(ctx context.Context, c command, timeout time.Duration) (string, sample, error) {
	limited := ctx
	if timeout > 0 {
		var cancel context.CancelFunc
		limited, cancel = context.WithTimeout(ctx, timeout)
		defer cancel()
	}
	// A file, since a pipe would have to wait until every process that inherited it is gone.
	file, err := os.CreateTemp("", "tcpcheck-bench-output")
	if err != nil {
		return "", sample{}, err
	}
	defer os.Remove(file.Name())
	defer file.Close()
	cmd := exec.CommandContext(limited, c.argv[0], c.argv[1:]...)
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.dir, file, file
	// A group of its own, so that a tool of several processes can be ended as a whole; and asked before it is
	// killed, since pan gives its shared memory back only then.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
	cmd.WaitDelay = 3 * time.Second
	begun := time.Now()
	err = cmd.Run()
	s := sample{Wall: time.Since(begun).Seconds()}
	if cmd.Process == nil {
		return "", s, err
	}
	rest := endGroup(cmd.Process.Pid)
	if u, ok := cmd.ProcessState.SysUsage().(*syscall.Rusage); ok {
		s.add(u)
	}
	for i := range rest {
		s.add(&rest[i])
	}
	text, unread := os.ReadFile(file.Name())
	out := string(text)
	switch {
	case ctx.Err() != nil:
		return out, s, ctx.Err()
	case limited.Err() != nil:
		return out, s, errTimeout
	case err != nil:
		return out, s, fmt.Errorf("%w: %s", err, lastLine(out))
	}
	return out, s, unread
}

func (s *sample) add(u *syscall.Rusage) {
	s.CPU += float64(u.Utime.Nano()+u.Stime.Nano()) / 1e9
	unit := uint64(1024)
	if runtime.GOOS == "darwin" {
		unit = 1 // it counts bytes, the others KiB
	}
	s.Peak = max(s.Peak, uint64(u.Maxrss)*unit)
}

// endGroup ends what is left of a group whose first process is gone, and returns what each of them used. Only the
// processes that adoptOrphans made this command's own are seen.
func endGroup(id int) (used []syscall.Rusage) {
	_ = syscall.Kill(-id, syscall.SIGKILL)
	for {
		var u syscall.Rusage
		_, err := syscall.Wait4(-id, nil, 0, &u)
		if err == syscall.EINTR {
			continue
		}
		if err != nil { // ECHILD: nobody is left
			return used
		}
		used = append(used, u)
	}
}
