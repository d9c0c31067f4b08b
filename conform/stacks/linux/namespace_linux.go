package linux

import (
	"errors"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"time"

	"golang.org/x/sys/unix"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/model"
)

// errRefused says that the system does not let us have a kernel to ourselves.
var errRefused = errors.New("no network namespace with a TUN device")

const (
	device = "tcpcheck0"
	mtu    = 1500
	quiet  = 60 * time.Millisecond // how long nothing must be sent to be believed
	after  = 10 * time.Millisecond // the same, when something was sent already
)

// settings keep the kernel from adding to its answers what is not the connection's: it answers every invalid segment, repeats
// nothing of an open connection while a script goes on (the first SYN and SYN,ACK are repeated after 1 s whatever is set), and
// has nothing to say over IPv6.
var settings = []struct {
	path, value string
	optional    bool // a kernel may be older, or built without it
}{
	{"net/ipv4/tcp_invalid_ratelimit", "0", false},
	{"net/ipv4/tcp_early_retrans", "0", false},
	{"net/ipv4/tcp_child_ehash_entries", "64", true}, // of the next namespace: states are looked up in a table of all connections
	{"net/ipv4/tcp_rto_min_us", "5000000", true},
	{"net/ipv6/conf/all/disable_ipv6", "1", true},
	{"net/ipv6/conf/default/disable_ipv6", "1", true},
}

// enter takes this thread, which must be locked, to a new namespace with one device that owns the address, and returns the other
// end of the device. The namespace before it ends with its last descriptor.
func enter(local netip.Addr) (tun int, err error) {
	if err := unix.Unshare(unix.CLONE_NEWNET); err != nil {
		return -1, fmt.Errorf("%w: unshare: %w", errRefused, err)
	}
	tun, err = unix.Open("/dev/net/tun", unix.O_RDWR|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return -1, fmt.Errorf("%w: /dev/net/tun: %w", errRefused, err)
	}
	defer func() {
		if err != nil {
			unix.Close(tun)
		}
	}()
	plain := func(r *unix.Ifreq) error { r.SetUint16(unix.IFF_TUN | unix.IFF_NO_PI); return nil }
	if err := request(tun, unix.TUNSETIFF, plain); err != nil {
		return -1, fmt.Errorf("%w: TUNSETIFF: %w", errRefused, err)
	}
	for _, s := range settings {
		err := os.WriteFile("/proc/sys/"+s.path, []byte(s.value), 0)
		if err != nil && !(s.optional && errors.Is(err, os.ErrNotExist)) {
			return -1, fmt.Errorf("setting %s: %w", strings.ReplaceAll(s.path, "/", "."), err)
		}
	}
	return tun, bringUp(local)
}

// bringUp gives the device its address in a network of 256, in which the harness's is, and its MTU.
func bringUp(local netip.Addr) error {
	if !local.Is4() {
		return conform.Refusal(fmt.Sprintf("expected an IPv4 address, got %v", local))
	}
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(s)
	address := local.As4()
	for _, x := range []struct {
		what string
		call uint
		set  func(*unix.Ifreq) error
	}{
		{"address", unix.SIOCSIFADDR, func(r *unix.Ifreq) error { return r.SetInet4Addr(address[:]) }},
		{"mask", unix.SIOCSIFNETMASK, func(r *unix.Ifreq) error { return r.SetInet4Addr([]byte{255, 255, 255, 0}) }},
		{"MTU", unix.SIOCSIFMTU, func(r *unix.Ifreq) error { r.SetUint32(mtu); return nil }},
		{"flags", unix.SIOCSIFFLAGS, func(r *unix.Ifreq) error { r.SetUint16(unix.IFF_UP); return nil }},
	} {
		if err := request(s, x.call, x.set); err != nil {
			return fmt.Errorf("%s of %s: %w", x.what, device, err)
		}
	}
	return nil
}

// request is an ioctl about the device.
func request(fd int, call uint, set func(*unix.Ifreq) error) error {
	r, err := unix.NewIfreq(device)
	if err == nil {
		err = set(r)
	}
	if err != nil {
		return err
	}
	return unix.IoctlIfreq(fd, call, r)
}

// collect returns the IPv4 packets with TCP that are sent until the moment, or, if none is given, until silence is believed.
// The moments of the packets are counted from start; with no moment given they are 0, and SYNs that a timer sent again are left
// out: a slow script is not a Sleep. An answer is there at once, and a SYN is never the second one.
func collect(tun int, start, until time.Time) (sent []conform.Sent, err error) {
	wait := time.Duration(0)
	for atOnce := true; ; {
		if !until.IsZero() {
			wait = time.Until(until)
		}
		timeout := unix.NsecToTimespec(max(int64(wait), 0))
		n, err := unix.Ppoll([]unix.PollFd{{Fd: int32(tun), Events: unix.POLLIN}}, &timeout, nil)
		switch {
		case err == unix.EINTR:
			continue
		case err != nil:
			return sent, fmt.Errorf("poll of %s: %w", device, err)
		case n == 0 && until.IsZero() && atOnce:
			atOnce, wait = false, quiet
			if len(sent) > 0 {
				wait = after
			}
			continue
		case n == 0:
			return sent, nil
		}
		b := make([]byte, mtu)
		n, err = unix.Read(tun, b)
		if err != nil {
			return sent, fmt.Errorf("read from %s: %w", device, err)
		}
		if n < 40 || b[0]>>4 != 4 || b[9] != unix.IPPROTO_TCP {
			continue
		}
		flags := b[4*int(b[0]&15)+13]
		if until.IsZero() && flags&byte(model.SYN) != 0 && (!atOnce || len(sent) > 0) {
			continue
		}
		p := conform.Sent{Bytes: b[:n]}
		if !until.IsZero() {
			p.After = time.Since(start)
		}
		sent = append(sent, p)
		if !atOnce {
			wait = after
		}
	}
}
