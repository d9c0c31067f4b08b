//go:build ignore

// Make makes the captures of this directory: the kernel's own TCP on the loopback interface
// of a network namespace where nothing else runs, seen by tcpdump, 96 octets of each packet.
//
//	unshare -n sh -c 'ip link set lo up; cd internal/capture/testdata && go run make.go [NAME...]'
//
// reuse-printed.txt is what tcpdump -n -r reuse.pcap prints, without -S. Each function below
// is the capture of its name, and its comment says what happens in it.
package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

const pause = 60 * time.Millisecond

var captures = []struct {
	name  string
	iface string
	run   func() error
}{
	{"close", "lo", normalClose("127.0.0.1:8080", pause)},
	{"three", "lo", normalClose("127.0.0.1:8080", 0)},
	{"ipv6", "lo", normalClose("[::1]:8080", pause)},
	{"any", "any", normalClose("127.0.0.1:8080", pause)},
	{"half", "lo", halfClose},
	{"reset", "lo", reset},
	{"refused", "lo", refused},
	{"self", "lo", self},
	{"reuse", "lo", reuse},
	{"backlog", "lo", backlog},
	{"window", "lo", window},
	{"keepalive", "lo", keepAlive},
}

func main() {
	for _, c := range captures {
		if len(os.Args) > 1 && !slices.Contains(os.Args[1:], c.name) {
			continue
		}
		if err := capture(c.name, c.iface, c.run); err != nil {
			log.Fatalf("%s: %v", c.name, err)
		}
	}
}

// capture runs tcpdump around run.
func capture(name, iface string, run func() error) error {
	dump := exec.Command("tcpdump", "-i", iface, "-n", "-s", "96", "-U", "--immediate-mode", "-w", name+".pcap", "tcp")
	said, err := dump.StderrPipe()
	if err != nil {
		return err
	}
	if err := dump.Start(); err != nil {
		return err
	}
	lines := bufio.NewScanner(said)
	for lines.Scan() && !strings.Contains(lines.Text(), "listening on") {
	}
	time.Sleep(4 * pause)
	failed := run()
	time.Sleep(4 * pause)
	if err := dump.Process.Signal(os.Interrupt); err != nil {
		return err
	}
	for lines.Scan() {
	}
	if err := dump.Wait(); err != nil {
		return err
	}
	return failed
}

// dial connects from a port of our choice, even if it was used a moment ago.
func dial(from, to string) (*net.TCPConn, error) {
	local, err := net.ResolveTCPAddr("tcp", from)
	if err != nil {
		return nil, err
	}
	d := net.Dialer{LocalAddr: local, KeepAlive: -1, Control: reuseAddress}
	c, err := d.Dial("tcp", to)
	if err != nil {
		return nil, err
	}
	return c.(*net.TCPConn), nil
}

func reuseAddress(_, _ string, c syscall.RawConn) error {
	var failed error
	err := c.Control(func(fd uintptr) {
		failed = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1)
	})
	if err != nil {
		return err
	}
	return failed
}

// serve accepts one connection and hands it over.
func serve(at string, serve func(*net.TCPConn)) (done chan error, err error) {
	config := net.ListenConfig{KeepAlive: -1}
	l, err := config.Listen(context.Background(), "tcp", at)
	if err != nil {
		return nil, err
	}
	done = make(chan error, 1)
	go func() {
		defer l.Close()
		c, err := l.Accept()
		if err == nil {
			serve(c.(*net.TCPConn))
		}
		done <- err
	}()
	return done, nil
}

// normalClose: the client sends ten octets, gets twenty, and closes; the server closes when
// it has seen that, after a wait. Without the wait its ACK and its FIN are one segment.
func normalClose(at string, wait time.Duration) func() error {
	return func() error {
		done, err := serve(at, func(c *net.TCPConn) {
			io.ReadFull(c, make([]byte, 10))
			c.Write(make([]byte, 20))
			io.Copy(io.Discard, c)
			time.Sleep(wait)
			c.Close()
		})
		if err != nil {
			return err
		}
		c, err := dial(strings.Replace(at, "8080", "40000", 1), at)
		if err != nil {
			return err
		}
		c.Write(make([]byte, 10))
		io.ReadFull(c, make([]byte, 20))
		time.Sleep(pause)
		c.Close()
		return <-done
	}
}

// halfClose: the client closes its direction first; the server sends thirty octets after that.
func halfClose() error {
	done, err := serve("127.0.0.1:8080", func(c *net.TCPConn) {
		io.Copy(io.Discard, c)
		time.Sleep(pause)
		c.Write(make([]byte, 30))
		time.Sleep(pause)
		c.Close()
	})
	if err != nil {
		return err
	}
	c, err := dial("127.0.0.1:40001", "127.0.0.1:8080")
	if err != nil {
		return err
	}
	c.Write(make([]byte, 10))
	c.CloseWrite()
	io.Copy(io.Discard, c)
	c.Close()
	return <-done
}

// reset: the client closes with SO_LINGER 0, which is an ABORT.
func reset() error {
	done, err := serve("127.0.0.1:8080", func(c *net.TCPConn) {
		io.Copy(io.Discard, c)
		c.Close()
	})
	if err != nil {
		return err
	}
	c, err := dial("127.0.0.1:40002", "127.0.0.1:8080")
	if err != nil {
		return err
	}
	c.Write(make([]byte, 10))
	time.Sleep(pause)
	c.SetLinger(0)
	c.Close()
	return <-done
}

// refused: nobody listens.
func refused() error {
	if c, err := dial("127.0.0.1:40003", "127.0.0.1:8080"); err == nil {
		c.Close()
		return fmt.Errorf("connected to nobody")
	}
	return nil
}

// self: a socket connects to itself, a simultaneous open with one endpoint.
func self() error {
	c, err := dial("127.0.0.1:40004", "127.0.0.1:40004")
	if err != nil {
		return err
	}
	c.Write(make([]byte, 5))
	io.ReadFull(c, make([]byte, 5))
	time.Sleep(pause)
	return c.Close()
}

// reuse: the server closes first and is in TIME-WAIT; the client comes again from the same port.
func reuse() error {
	for range 2 {
		done, err := serve("127.0.0.1:8080", func(c *net.TCPConn) {
			c.Write(make([]byte, 5))
			c.Close()
		})
		if err != nil {
			return err
		}
		c, err := dial("127.0.0.1:40005", "127.0.0.1:8080")
		if err != nil {
			return err
		}
		io.Copy(io.Discard, c)
		time.Sleep(pause)
		c.Close()
		if err := <-done; err != nil {
			return err
		}
		time.Sleep(pause)
	}
	return nil
}

// backlog: the queue of a listener is full, so that a SYN is dropped and sent again.
func backlog() error {
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		return err
	}
	defer syscall.Close(fd)
	if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return err
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Port: 8080, Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		return err
	}
	if err := syscall.Listen(fd, 0); err != nil {
		return err
	}
	first, err := dial("127.0.0.1:40006", "127.0.0.1:8080")
	if err != nil {
		return err
	}
	go func() {
		time.Sleep(400 * time.Millisecond)
		if a, _, err := syscall.Accept(fd); err == nil {
			syscall.Close(a)
		}
		if a, _, err := syscall.Accept(fd); err == nil {
			time.Sleep(pause)
			syscall.Close(a)
		}
	}()
	second, err := dial("127.0.0.1:40007", "127.0.0.1:8080")
	if err != nil {
		return err
	}
	io.Copy(io.Discard, second)
	first.Close()
	return second.Close()
}

// window: the server reads nothing for a while, until the client probes its shut window.
func window() error {
	done, err := serve("127.0.0.1:8080", func(c *net.TCPConn) {
		time.Sleep(700 * time.Millisecond)
		io.Copy(io.Discard, c)
		c.Close()
	})
	if err != nil {
		return err
	}
	c, err := dial("127.0.0.1:40008", "127.0.0.1:8080")
	if err != nil {
		return err
	}
	c.Write(make([]byte, 200_000))
	c.Close()
	return <-done
}

// keepAlive: an idle client asks twice whether the server is still there.
func keepAlive() error {
	done, err := serve("127.0.0.1:8080", func(c *net.TCPConn) {
		io.Copy(io.Discard, c)
		c.Close()
	})
	if err != nil {
		return err
	}
	c, err := dial("127.0.0.1:40009", "127.0.0.1:8080")
	if err != nil {
		return err
	}
	config := net.KeepAliveConfig{Enable: true, Idle: time.Second, Interval: time.Second, Count: 3}
	if err := c.SetKeepAliveConfig(config); err != nil {
		return err
	}
	time.Sleep(2300 * time.Millisecond)
	c.Close()
	return <-done
}
