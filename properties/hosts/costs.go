package hosts

// Advice that several guarantees share.
const (
	waitIt    = "keep TIME-WAIT at least as long as the defaults have it"
	sumRare   = "rare: numbers overlap only if they are random, or if the old connection used them up faster than their clock (above 2 Mbit/s with 4 microseconds a number)"
	readFirst = "shutdown(SHUT_WR), read until the end of the stream, and only then close()"
	keepTSon  = "keep timestamps on (tcp_timestamps=1)"
	blindRare = "rare: an attacker must know addresses and ports, and guess one number in a window; long connections with known ports (BGP) are the target"
	withTLS   = "keep the checks of RFC 5961, or protect the connection (TCP-AO, IPsec)"
)

// costs says of each guarantee what it means if it is lost.
var costs = map[string]Cost{
	"fresh-numbers": {
		Sees:    "octets of an earlier connection in the middle of a new one, or a new connection that ends too early",
		Likely:  "very rare: an old segment must be late, and the same pair of sockets must be used again at once",
		Instead: waitIt + "; do not open again from the same port",
	},
	"own-text": {
		Sees:    "the peer reads octets that belong to the connection before",
		Likely:  sumRare,
		Instead: waitIt + ", or " + keepTSon,
	},
	"peer-text": {
		Sees:    "a program of yours reads octets that belong to the connection before",
		Likely:  sumRare,
		Instead: waitIt + ", or " + keepTSon,
	},
	"peer-fin": {
		Sees:    "the new connection seems to be closed by the peer, before all was sent",
		Likely:  sumRare,
		Instead: waitIt + ", or " + keepTSon,
	},
	"peer-fin-patient": {
		Sees:    "the same, long after the close",
		Likely:  "rare: the last ACK must be lost for as long as the peer retransmits its FIN",
		Instead: waitIt + ", or " + keepTSon,
	},
	"last-ack": {
		Sees:    "the peer's program gets an error (ECONNRESET) from a connection that was closed in order",
		Likely:  "rare: the last ACK must be lost; then as often as the peer's FIN comes again after TIME-WAIT. Most programs do not look at what close() finds",
		Instead: waitIt + "; connect from another port or address",
	},
	"last-ack-patient": {
		Sees:    "the same, from a peer that retransmits its FIN for long",
		Likely:  "rare: all ACKs of the FIN must be lost for as long as TIME-WAIT lasts, as when a path fails",
		Instead: "nothing has to be done, if a late error at a peer that is done does no harm; otherwise a longer TIME-WAIT",
	},
	"last-ack-bound": {
		Sees:    "the peer's program gets ECONNRESET from a connection that was closed in order",
		Likely:  "rare: the last ACK must be lost, and the same local port must be bound again within TIME-WAIT (proxies with a fixed source port; SO_REUSEADDR and bind() before connect())",
		Instead: "let connect() choose the port (no bind(), or IP_BIND_ADDRESS_NO_PORT)",
	},
	"late-close": {
		Sees:    "the peer's program gets ECONNRESET, although it closed only a little later",
		Likely:  "common where peers take their time: HTTP keep-alive, database pools, programs that close on exit",
		Instead: "a longer tcp_fin_timeout, or shutdown(SHUT_WR) and read until the peer closes",
	},
	"orphan-ends": {
		Sees:    "sockets in FIN-WAIT-2 that never go away, and use memory",
		Likely:  "common: a peer that crashes, or whose program does not close",
		Instead: "a timer for FIN-WAIT-2 (tcp_fin_timeout)",
	},
	"time-wait-rst": {
		Sees:    "nothing at once; the guarantees that rest on TIME-WAIT are lost for this connection",
		Likely:  "rare: a duplicate of the last ACK must reach the peer after its close (RFC 1337)",
		Instead: "tcp_rfc1337=1, which costs comes-again-below; with timestamps or fresh numbers it is hardly worth it",
	},
	"time-wait-syn": {
		Sees:    "nothing at once; TIME-WAIT is over, and a connection that nobody asked for stands until its SYN,ACK is refused",
		Likely:  "rare: an old SYN must be late by a whole connection",
		Instead: keepTSon + ", with which the timestamp of an old SYN shows its age",
	},
	"time-wait-syn-above": {
		Sees:    "nothing at once; TIME-WAIT is over, and a connection that nobody asked for stands until its SYN,ACK is refused",
		Likely:  "rare: an old SYN must be late, and have a number above the connection after it (random numbers, or a connection that outran the clock)",
		Instead: keepTSon + ", with which the timestamp of an old SYN shows its age",
	},
	"comes-again": {
		Sees:    "connect() of the client takes as long as TIME-WAIT (its SYNs go out after 1, 3, 7, 15, 31 and 63 s), or is refused",
		Likely:  "common with fixed source ports, behind a NAT with few ports, and with load generators",
		Instead: "let TIME-WAIT take a SYN above the old numbers (RFC 6191), or let the client close first",
	},
	"comes-again-below": {
		Sees:    "connect() of the client takes as long as TIME-WAIT (62 s were measured once on Linux 6.18 with tcp_rfc1337=1). Its SYNs go out after 1, 3, 7, 15, 31 and 63 s; many programs give up before",
		Likely:  "with clients behind a NAT that reuses ports faster than 2MSL, with hosts that draw random numbers, and after a client has restarted",
		Instead: "leave tcp_rfc1337 at 0, so that the client's RST ends TIME-WAIT; or let the client close first",
	},
	"delivered": {
		Sees:    "the peer gets ECONNRESET, and the end of what you sent is missing",
		Likely:  "whenever the peer is slower than your close(): every transfer that is longer than the buffers",
		Instead: "no SO_LINGER with 0; " + readFirst,
	},
	"delivered-busy": {
		Sees:    "the peer gets ECONNRESET and loses the end of your reply, also octets that had arrived and were not read: one octet of the peer is enough",
		Likely:  "common: HTTP with a body that the server does not read, pipelined requests, a client that says good-bye (QUIT) after the reply",
		Instead: readFirst,
	},
	"old-syn": {
		Sees:    "a connection at a listener that no program opened, with old data in it",
		Likely:  "rare: needs a handshake of less than three segments (Fast Open does it on purpose)",
		Instead: "three segments, and fresh initial numbers",
	},
	"blind-rst":  {Sees: "a long connection is reset without a reason in either program", Likely: blindRare, Instead: withTLS},
	"blind-syn":  {Sees: "a long connection is reset without a reason in either program", Likely: blindRare, Instead: withTLS},
	"blind-data": {Sees: "octets in the stream that the peer did not send", Likely: blindRare, Instead: withTLS + "; TLS notices it"},
	"last-ack-told": {
		Sees:    "the peer's socket stays in LAST-ACK until it gives up",
		Likely:  "whenever the last ACK is lost and my host has forgotten the connection",
		Instead: "let CLOSED answer with a RST (no blackhole, no firewall that drops silently)",
	},
	"crash-told": {
		Sees:    "the peer's program hangs until its retransmissions end (15 minutes on Linux)",
		Likely:  "after each crash or restart of my host",
		Instead: "let CLOSED answer with a RST (no blackhole, no firewall that drops silently)",
	},
	"wrapped-text": {
		Sees:    "octets from 4 GiB earlier in place of new ones, without any error",
		Likely:  "very rare: an old segment must be late by as long as 2^32 octets take: 34 s at 1 Gbit/s, 3.4 s at 10 Gbit/s",
		Instead: keepTSon + " on both hosts (PAWS)",
	},
	"idle-crash-told": {
		Sees:    "a program that waits for the peer (recv) waits forever, and its socket stays ESTABLISHED",
		Likely:  "common: database and message connections that are idle when the other host loses power",
		Instead: "SO_KEEPALIVE with a short TCP_KEEPIDLE, or a heartbeat of the application",
	},
	"shut-window": {
		Sees:    "the sender's program gets ETIMEDOUT, although the peer is there and answers",
		Likely:  "wherever readers pause for longer than TCP_USER_TIMEOUT: back pressure, debuggers, slow disks",
		Instead: "a TCP_USER_TIMEOUT longer than any pause of the reader, or keep-alives alone",
	},
	"second-host": {
		Sees:    "connect() of some clients behind one address hangs, of others it works",
		Likely:  "common behind a NAT (tcp_tw_recycle was removed for it)",
		Instead: "tcp_tw_recycle=0",
	},
}
