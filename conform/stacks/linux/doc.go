// Package linux is the TCP of the running Linux kernel as a conform.Peer, in real time.
//
// Each Reset makes a network namespace of its own with one TUN device in it, so that nothing of what came before is left, and
// nothing that is sent leaves the namespace. This needs root (CAP_SYS_ADMIN and CAP_NET_ADMIN), and /dev/net/tun.
// Sockets are used by ordinary system calls; states are those of /proc/net/tcp.
//
// The kernel answers a packet that is written to the device before the write returns. Silence is believed after
// 60 ms all the same, since an ACK may be delayed by 40 ms. What is longer than tests can wait for, 2 MSL above all, is left to
// stacks in virtual time.
//
// # The table
//
// deviations.toml is held against the kernel both ways only where the running kernel is of the series that its entries were
// seen in (6.18 of 6.18.44): there what is not in the table fails, and so does an entry that nothing needs. Another kernel may
// differ in other ways without anybody having done wrong. It is compared all the same: the test shows what differs, fails if more
// than a quarter of the pairs do, and is else skipped with the numbers. Who brings the table to a new series goes over
// that list, and sets seen.
//
// What is compared is a choice of the pairs (conform.CoverPlaces), which takes a minute. One run over all of them, 15794, showed
// 758 that no entry covers: in SYN-RECEIVED a bad ACK is reset whatever SEG.SEQ is (275); text whose end lies beyond the window
// is unacceptable whole (103), and a RST with such text is not challenged (130), while one whose text reaches from RCV.NXT-1 into
// the window is (86); text that overlaps the FIN resets (36); and 128 that nobody has gone through, many of them combinations
// of what the table has.
package linux
