package hosts

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"
)

// inside is set in a process that has a network namespace of its own.
const inside = "TCPCHECK_OWN_NETWORK"

// TestMeasuredOnLinux measures again what MeasuredOnLinux says, with the kernel that runs the test: on the loopback
// interface of a network namespace of its own, whose settings nobody else has.
func TestMeasuredOnLinux(t *testing.T) {
	for _, m := range MeasuredOnLinux {
		if measure[m.Name] == nil {
			t.Errorf("%s: nothing measures it", m.Name)
		}
		for _, row := range m.Rows {
			if !slices.ContainsFunc(Guarantees(), func(g Guarantee) bool { return g.Name == row }) {
				t.Errorf("%s: there is no guarantee %s", m.Name, row)
			}
		}
	}
	if len(measure) != len(MeasuredOnLinux) {
		t.Errorf("%d measurements, want %d", len(measure), len(MeasuredOnLinux))
	}
	cmd := exec.Command(os.Args[0], "-test.run=^TestInOwnNetwork$", "-test.v", "-test.timeout=60s")
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.SysProcAttr = &syscall.SysProcAttr{Cloneflags: syscall.CLONE_NEWUSER | syscall.CLONE_NEWNET,
		UidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}}
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Skipf("this system gives a test no network namespace of its own: %v", err)
	}
	err := cmd.Wait()
	for line := range strings.Lines(out.String()) {
		if strings.Contains(line, "--- SKIP") || strings.Contains(line, "skipped: ") {
			t.Log(strings.TrimSpace(line))
		}
	}
	if err != nil {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// TestInOwnNetwork is what TestMeasuredOnLinux runs in another process.
func TestInOwnNetwork(t *testing.T) {
	if os.Getenv(inside) == "" {
		t.Skip("TestMeasuredOnLinux runs it in a network namespace")
	}
	if err := loopbackUp(); err != nil {
		t.Skipf("skipped: no loopback interface: %v", err)
	}
	for _, m := range MeasuredOnLinux {
		t.Run(m.Name, func(t *testing.T) {
			if err := measure[m.Name](&kernel{t}); err != nil {
				t.Errorf("%v: the kernel does not do this any more: %s", err, m.Seen)
			}
		})
	}
}

func loopbackUp() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	var request struct {
		name  [16]byte
		flags uint16
		_     [22]byte
	}
	copy(request.name[:], "lo")
	request.flags = syscall.IFF_UP | syscall.IFF_RUNNING
	if _, _, no := syscall.Syscall(syscall.SYS_IOCTL, uintptr(fd), syscall.SIOCSIFFLAGS, uintptr(unsafe.Pointer(&request))); no != 0 {
		return no
	}
	return nil
}

// kernel is the kernel in that namespace.
type kernel struct{ *testing.T }

// set sets a sysctl of net.ipv4 for the rest of the measurement.
func (k *kernel) set(name, value string) {
	k.Helper()
	file := "/proc/sys/net/ipv4/" + name
	old, err := os.ReadFile(file)
	if err == nil {
		err = os.WriteFile(file, []byte(value), 0)
	}
	if err != nil {
		k.Skipf("skipped: cannot set %s here: %v", name, err)
	}
	k.Cleanup(func() { _ = os.WriteFile(file, old, 0) })
}

// pair is a connection: what dialed, with its local port bound, what accepted, and the listener.
type pair struct {
	client, server *net.TCPConn
	listener       *net.TCPListener
}

func reusable(_, _ string, c syscall.RawConn) (err error) {
	failed := c.Control(func(fd uintptr) {
		err = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	})
	return errors.Join(failed, err)
}

// dial connects to address to, from a bound local address or, if that is nil, from a port of the kernel's choice.
func dial(from *net.TCPAddr, to net.Addr) (*net.TCPConn, error) {
	d := net.Dialer{Timeout: time.Second, Control: reusable}
	if from != nil {
		d.LocalAddr = from
	}
	c, err := d.Dial("tcp4", to.String())
	if err != nil {
		return nil, err
	}
	return c.(*net.TCPConn), nil
}

func (k *kernel) pair() pair {
	k.Helper()
	l, err := net.ListenTCP("tcp4", &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		k.Fatal(err)
	}
	k.Cleanup(func() { l.Close() })
	c, err := dial(&net.TCPAddr{IP: net.IPv4(127, 0, 0, 2)}, l.Addr())
	if err != nil {
		k.Fatal(err)
	}
	s, err := l.AcceptTCP()
	if err != nil {
		k.Fatal(err)
	}
	k.Cleanup(func() { c.Close(); s.Close() })
	return pair{c, s, l}
}

// stateOf is the state of the socket from one address to another, as /proc/net/tcp has it; "" if there is none.
func (k *kernel) stateOf(from, to net.Addr) string {
	k.Helper()
	text, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		k.Skipf("skipped: %v", err)
	}
	hex := func(a net.Addr) string {
		ap := a.(*net.TCPAddr).AddrPort()
		ip := ap.Addr().Unmap().As4()
		return fmt.Sprintf("%02X%02X%02X%02X:%04X", ip[3], ip[2], ip[1], ip[0], ap.Port())
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) > 3 && f[1] == hex(from) && f[2] == hex(to) {
			return map[string]string{"01": "ESTABLISHED", "04": "FIN-WAIT-1", "05": "FIN-WAIT-2", "06": "TIME-WAIT", "07": "CLOSED"}[f[3]]
		}
	}
	return ""
}

// becomes waits for a state of a socket.
func (k *kernel) becomes(want string, from, to net.Addr) error {
	var is string
	for range 100 {
		if is = k.stateOf(from, to); is == want {
			return nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	return fmt.Errorf("the socket is in state %q, want %q", is, want)
}

// fill writes until nothing more is taken.
func fill(c *net.TCPConn) (n int) {
	_ = c.SetWriteDeadline(time.Now().Add(200 * time.Millisecond))
	defer func() { _ = c.SetWriteDeadline(time.Time{}) }()
	for block := make([]byte, 1<<16); ; {
		m, err := c.Write(block)
		n += m
		if err != nil {
			return n
		}
	}
}

// rest reads to the end of the stream.
func rest(c *net.TCPConn) (int, error) {
	n, err := io.Copy(io.Discard, c)
	return int(n), err
}
