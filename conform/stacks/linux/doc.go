// Package linux is the TCP of the running Linux kernel as a conform.Peer, in real time.
//
// Each Reset makes a network namespace of its own with one TUN device in it, so that nothing of what came before is left, and
// nothing that is sent leaves the namespace. This needs root (CAP_SYS_ADMIN and CAP_NET_ADMIN), and /dev/net/tun.
// Sockets are used by ordinary system calls; states are those of /proc/net/tcp.
//
// The kernel answers a packet that is written to the device before the write returns. Silence is believed after
// 60 ms all the same, since an ACK may be delayed by 40 ms. What is longer than tests can wait for, 2 MSL above all, is left to
// stacks in virtual time.
package linux
