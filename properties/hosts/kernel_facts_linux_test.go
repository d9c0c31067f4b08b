package hosts

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net"
	"syscall"
	"time"
)

// tcpUserTimeout is TCP_USER_TIMEOUT, which package syscall does not name.
const tcpUserTimeout = 18

// measure does again what each row of MeasuredOnLinux says.
var measure = map[string]func(k *kernel) error{
	"bound-port": func(k *kernel) error {
		for _, c := range []struct{ stamps, reuse string }{{"1", "0"}, {"1", "1"}, {"1", "2"}, {"0", "1"}} {
			k.set("tcp_timestamps", c.stamps)
			k.set("tcp_tw_reuse", c.reuse)
			p := k.pair()
			from, to := p.client.LocalAddr(), p.listener.Addr()
			p.client.Close()
			p.server.Close()
			if err := k.becomes("TIME-WAIT", from, to); err != nil {
				return err
			}
			begun := time.Now()
			again, err := dial(from.(*net.TCPAddr), to)
			if took := time.Since(begun); c.stamps == "1" && (err != nil || took > 500*time.Millisecond) {
				return fmt.Errorf("with tcp_tw_reuse=%s connect() took %v: %w", c.reuse, took, err)
			}
			if c.stamps == "0" && err == nil {
				return errors.New("connect() took the place of TIME-WAIT without timestamps")
			}
			if again != nil {
				again.Close()
			}
		}
		return nil
	},
	"late-octet": func(k *kernel) error {
		for _, unread := range []bool{true, false} {
			p := k.pair()
			sent := 0
			if unread {
				if _, err := p.client.Write([]byte("request")); err != nil {
					return err
				}
				time.Sleep(50 * time.Millisecond)
			}
			sent = fill(p.server)
			p.server.Close()
			if !unread {
				if _, err := p.client.Write([]byte("x")); err != nil {
					return err
				}
			}
			time.Sleep(100 * time.Millisecond)
			got, err := rest(p.client)
			if !errors.Is(err, syscall.ECONNRESET) || got >= sent {
				return fmt.Errorf("unread data %v: %d of %d octets arrived, %w", unread, got, sent, err)
			}
		}
		return nil
	},
	"no-buckets": func(k *kernel) error {
		for _, buckets := range []string{"1000", "0"} {
			k.set("tcp_max_tw_buckets", buckets)
			p := k.pair()
			from, to := p.server.LocalAddr(), p.server.RemoteAddr()
			p.server.Close()
			want := map[string]string{"1000": "FIN-WAIT-2", "0": ""}[buckets]
			if err := k.becomes(want, from, to); err != nil {
				return fmt.Errorf("tcp_max_tw_buckets=%s: %w", buckets, err)
			}
			_ = p.client.CloseWrite()
			time.Sleep(50 * time.Millisecond)
			if reset := errors.Is(pending(p.client), syscall.ECONNRESET); reset != (buckets == "0") {
				return fmt.Errorf("tcp_max_tw_buckets=%s: the peer's close finds ECONNRESET: %v", buckets, reset)
			}
		}
		return nil
	},
	"syn-above": func(k *kernel) error {
		for _, ignores := range []string{"0", "1"} {
			k.set("tcp_rfc1337", ignores)
			p := k.pair()
			from, to := p.client.LocalAddr(), p.listener.Addr()
			p.server.Close()
			time.Sleep(20 * time.Millisecond)
			p.client.Close()
			if err := k.becomes("TIME-WAIT", to, from); err != nil {
				return err
			}
			begun := time.Now()
			again, err := dial(from.(*net.TCPAddr), to)
			if took := time.Since(begun); err != nil || took > 500*time.Millisecond {
				return fmt.Errorf("tcp_rfc1337=%s: connect() took %v: %w", ignores, took, err)
			}
			again.Close()
		}
		return nil
	},
	"syn-below": func(k *kernel) error {
		raw, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_RAW, syscall.IPPROTO_TCP)
		if err != nil {
			k.Skipf("skipped: no raw socket: %v", err)
		}
		defer syscall.Close(raw)
		for _, ignores := range []string{"0", "1"} {
			k.set("tcp_rfc1337", ignores)
			k.set("tcp_invalid_ratelimit", "0")
			p := k.pair()
			from, to := p.client.LocalAddr().(*net.TCPAddr), p.listener.Addr().(*net.TCPAddr)
			iss, err := initialNumber(raw, from)
			if err != nil {
				return err
			}
			p.server.Close()
			time.Sleep(20 * time.Millisecond)
			p.client.Close()
			if err := k.becomes("TIME-WAIT", to, from); err != nil {
				return err
			}
			// No socket has the client's address any more, so that the kernel answers the ACK with the RST of a SYN-SENT.
			if err := sendSYN(raw, from, to, iss-1000); err != nil {
				return err
			}
			time.Sleep(100 * time.Millisecond)
			want := map[string]string{"0": "", "1": "TIME-WAIT"}[ignores]
			if err := k.becomes(want, to, from); err != nil {
				return fmt.Errorf("tcp_rfc1337=%s: %w", ignores, err)
			}
		}
		return nil
	},
	"linger": func(k *kernel) error {
		p := k.pair()
		from, to := p.server.LocalAddr(), p.server.RemoteAddr()
		sent := fill(p.server)
		if err := p.server.SetLinger(1); err != nil {
			return err
		}
		begun := time.Now()
		p.server.Close()
		if took := time.Since(begun); took < 800*time.Millisecond || took > 3*time.Second {
			return fmt.Errorf("close() took %v", took)
		}
		if err := k.becomes("FIN-WAIT-1", from, to); err != nil {
			return err
		}
		if got, err := rest(p.client); err != nil || got != sent {
			return fmt.Errorf("%d of %d octets arrived, %w", got, sent, err)
		}
		return nil
	},
	"user-timeout": func(k *kernel) error {
		p := k.pair()
		if err := setInt(p.server, syscall.IPPROTO_TCP, tcpUserTimeout, 500); err != nil {
			return err
		}
		fill(p.server)
		for range 100 {
			if err := pending(p.server); errors.Is(err, syscall.ETIMEDOUT) {
				return nil
			}
			time.Sleep(100 * time.Millisecond)
		}
		return errors.New("the connection is still there after 10 s")
	},
}

// setInt sets an option of a socket.
func setInt(c *net.TCPConn, level, option, value int) error {
	rc, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var failed error
	err = rc.Control(func(fd uintptr) { failed = syscall.SetsockoptInt(int(fd), level, option, value) })
	return errors.Join(err, failed)
}

// pending is the error that waits at a socket (SO_ERROR).
func pending(c *net.TCPConn) error {
	rc, err := c.SyscallConn()
	if err != nil {
		return err
	}
	var no int
	err = rc.Control(func(fd uintptr) { no, _ = syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_ERROR) })
	if err == nil && no != 0 {
		return syscall.Errno(no)
	}
	return err
}

// initialNumber is the number of the last SYN from an address that the raw socket got.
func initialNumber(raw int, from *net.TCPAddr) (uint32, error) {
	wait := syscall.Timeval{Sec: 1}
	if err := syscall.SetsockoptTimeval(raw, syscall.SOL_SOCKET, syscall.SO_RCVTIMEO, &wait); err != nil {
		return 0, err
	}
	buf := make([]byte, 1<<16)
	for {
		n, _, err := syscall.Recvfrom(raw, buf, 0)
		if err != nil {
			return 0, fmt.Errorf("no SYN of %v: %w", from, err)
		}
		tcp := buf[int(buf[0]&15)*4 : n]
		if int(binary.BigEndian.Uint16(tcp)) == from.Port && tcp[13]&0x12 == 0x02 {
			return binary.BigEndian.Uint32(tcp[4:]), nil
		}
	}
}

// sendSYN sends a SYN without options.
func sendSYN(raw int, from, to *net.TCPAddr, seq uint32) error {
	if err := syscall.SetsockoptInt(raw, syscall.IPPROTO_IP, syscall.IP_HDRINCL, 1); err != nil {
		return err
	}
	seg := make([]byte, 20)
	binary.BigEndian.PutUint16(seg, uint16(from.Port))
	binary.BigEndian.PutUint16(seg[2:], uint16(to.Port))
	binary.BigEndian.PutUint32(seg[4:], seq)
	seg[12], seg[13] = 5<<4, 0x02
	binary.BigEndian.PutUint16(seg[14:], 8192)
	pseudo := append(append(append([]byte{}, from.IP.To4()...), to.IP.To4()...), 0, syscall.IPPROTO_TCP, 0, 20)
	binary.BigEndian.PutUint16(seg[16:], checksum(append(pseudo, seg...)))
	ip := append([]byte{0x45, 0, 0, 40, 0, 0, 0, 0, 64, syscall.IPPROTO_TCP, 0, 0}, append(append([]byte{}, from.IP.To4()...), to.IP.To4()...)...)
	return syscall.Sendto(raw, append(ip, seg...), 0, &syscall.SockaddrInet4{Addr: [4]byte(to.IP.To4())})
}

// checksum is that of RFC 1071 over an even number of octets.
func checksum(b []byte) uint16 {
	sum := uint32(0)
	for i := 0; i < len(b); i += 2 {
		sum += uint32(binary.BigEndian.Uint16(b[i:]))
	}
	for sum > 0xffff {
		sum = sum>>16 + sum&0xffff
	}
	return ^uint16(sum)
}
