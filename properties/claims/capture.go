package claims

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/capture"
)

// shown is the capture that one explanation prints (tcpdump -n -t -S), without what plays no part.
const shown = `IP 10.0.2.2.51323 > 10.0.2.15.80: Flags [S], seq 84689409, win 65535, options [mss 1460], length 0
IP 10.0.2.15.80 > 10.0.2.2.51323: Flags [S.], seq 1893430205, ack 84689410, win 64240, options [mss 1460], length 0
IP 10.0.2.2.51323 > 10.0.2.15.80: Flags [.], ack 1893430206, win 65535, length 0
IP 10.0.2.2.51321 > 10.0.2.15.80: Flags [P.], seq 1:753, ack 1, win 65535, length 752
`

func captureClaims() []Claim {
	return []Claim{{
		ID: "capture-handshake", Sources: []string{"001"}, Expect: Holds,
		Says:     "The first three lines of the capture are one correct handshake.",
		Evidence: []Piece{{"", "the first connection of the capture is opened in three segments, and nothing in it is impossible", captured(shown, oneHandshake)}},
		Right:    "This is true: the numbers agree, 84689409 + 1 and 1893430205 + 1.",
	}, {
		ID: "capture-request", Sources: []string{"001"}, Expect: Refuted,
		Says:     "The fourth line is the request that follows on that connection.",
		Evidence: []Piece{{"", "the fourth line belongs to the connection of the first three", captured(shown, oneConnection)}},
		Right:    "The fourth line comes from port 51321, not 51323, and has relative numbers: it belongs to another connection, which began before the capture.",
	}}
}

func oneHandshake(cs []*capture.Connection) (bool, string) {
	c := cs[0]
	return c.Opened == capture.OpenedThree && c.Total == 3 && c.Count(capture.Impossible)+c.Count(capture.Doubt) == 0,
		fmt.Sprintf("opened by %s, of %d segments; impossible: %d, doubtful: %d", c.Opened, c.Total, c.Count(capture.Impossible), c.Count(capture.Doubt))
}

func oneConnection(cs []*capture.Connection) (bool, string) {
	last := cs[len(cs)-1]
	var remarks []string
	for _, r := range last.Remarks {
		remarks = append(remarks, r.Rule)
	}
	for _, s := range last.Segments {
		for _, r := range s.Remarks {
			remarks = append(remarks, r.Rule)
		}
	}
	return len(cs) == 1, fmt.Sprintf("%d connections; the last line is of %v and %v, opened %s (%s)",
		len(cs), last.Sockets[0], last.Sockets[1], last.Opened, strings.Join(remarks, ", "))
}
