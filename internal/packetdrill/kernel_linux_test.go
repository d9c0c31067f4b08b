package packetdrill

import (
	"os"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// What profile linux says of buffers, descriptors and errors is what the running kernel says.
func TestTheRunningKernel(t *testing.T) {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_NONBLOCK, 0)
	if err != nil {
		t.Skip("no socket can be made here: ", err)
	}
	defer syscall.Close(fd)
	host, err := newHost("linux")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name   string
		option int
		limit  string
		least  int64
	}{
		{"SO_SNDBUF", syscall.SO_SNDBUF, "/proc/sys/net/core/wmem_max", minSend}, {"SO_RCVBUF", syscall.SO_RCVBUF, "/proc/sys/net/core/rmem_max", minReceive},
	} {
		text, err := os.ReadFile(c.limit)
		most, err2 := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
		if err != nil || err2 != nil || most != maxBuffer {
			t.Logf("%s is not the default: sizes above it are not compared", c.limit)
			most = 100_000
		}
		for _, n := range []int64{1, 1000, 30_000, most, most + 1} {
			if most != maxBuffer && n > most {
				continue
			}
			if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, c.option, int(n)); err != nil {
				t.Fatal(err)
			}
			got, err := syscall.GetsockoptInt(fd, syscall.SOL_SOCKET, c.option)
			if want := host.buffer(n, c.least); err != nil || int64(got) != want {
				t.Errorf("%s %d: the kernel says %d (%v), the profile %d", c.name, n, got, err, want)
			}
		}
	}
	if err := syscall.Connect(fd, &syscall.SockaddrInet4{Port: 1, Addr: [4]byte{127, 0, 0, 1}}); err != syscall.EINPROGRESS && err != syscall.ECONNREFUSED {
		t.Errorf("connect() that does not block: %v", err)
	}
	for name, number := range errnos["linux"] {
		known := map[string]syscall.Errno{"EPIPE": syscall.EPIPE, "ECONNRESET": syscall.ECONNRESET, "ETIMEDOUT": syscall.ETIMEDOUT,
			"ECONNREFUSED": syscall.ECONNREFUSED, "EHOSTUNREACH": syscall.EHOSTUNREACH, "ENETUNREACH": syscall.ENETUNREACH,
			"ENOPROTOOPT": syscall.ENOPROTOOPT, "EOPNOTSUPP": syscall.EOPNOTSUPP, "": 0}
		if int64(known[name]) != number {
			t.Errorf("%s is %d, and the profile says %d", name, known[name], number)
		}
	}
}
