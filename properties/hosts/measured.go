package hosts

// Measured is something that a running system was seen to do. A test does it again with the kernel that it runs on.
type Measured struct {
	Name string   `json:"name"`
	Seen string   `json:"statement"`  // what was seen
	Rows []string `json:"guarantees"` // the guarantees that say the same of the model
}

// MeasuredOnLinux lists what Linux 6.18 was measured to do, on the loopback interface. It is the same in the model, as
// the rows show.
var MeasuredOnLinux = []Measured{
	{"bound-port", "connect() from a port that the program has bound takes the place of a connection in TIME-WAIT at once, whatever tcp_tw_reuse is; with tcp_timestamps=0 it does not", []string{"last-ack-bound"}},
	{"late-octet", "one octet that comes after close() resets the connection, and so does close() before everything was read: the peer loses what it had not read", []string{"delivered-busy"}},
	{"no-buckets", "with tcp_max_tw_buckets=0 a closed socket is not kept in FIN-WAIT-2, and the peer's close finds ECONNRESET", []string{"late-close"}},
	{"syn-above", "a SYN above the old numbers opens a connection in place of TIME-WAIT at once, also with tcp_rfc1337=1", []string{"comes-again", "time-wait-syn-above"}},
	{"syn-below", "a SYN below the old numbers is answered by an ACK; the client's RST then ends TIME-WAIT, except with tcp_rfc1337=1", []string{"comes-again-below", "time-wait-rst"}},
	{"linger", "close() with SO_LINGER of 1 s returns after 1 s in FIN-WAIT-1, and everything still arrives, without a reset", []string{"delivered"}},
	{"user-timeout", "TCP_USER_TIMEOUT ends a connection whose peer answers each probe of its zero window", []string{"shut-window"}},
}
