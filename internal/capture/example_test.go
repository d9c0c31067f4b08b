package capture_test

import (
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/capture"
)

// Four lines of tcpdump text: a handshake, and a request that is not of its connection.
func Example() {
	text := `IP 10.0.2.2.51323 > 10.0.2.15.80: Flags [S], seq 84689409, win 65535, options [mss 1460], length 0
IP 10.0.2.15.80 > 10.0.2.2.51323: Flags [S.], seq 1893430205, ack 84689410, win 64240, options [mss 1460], length 0
IP 10.0.2.2.51323 > 10.0.2.15.80: Flags [.], ack 1893430206, win 65535, length 0
IP 10.0.2.2.51321 > 10.0.2.15.80: Flags [P.], seq 1:753, ack 1, win 65535, length 752
`
	src, err := capture.Open(strings.NewReader(text), "four lines")
	if err != nil {
		fmt.Println(err)
		return
	}
	sum, err := capture.Judge(src, capture.Options{}, func(c *capture.Connection) {
		fmt.Println(c.Sockets[capture.A], c.Sockets[capture.B], "opened:", c.Opened)
		for _, s := range c.Segments {
			fmt.Println("  ", s.From, s.Segment, "A is", s.States[capture.A])
		}
		for _, r := range c.Remarks {
			fmt.Println("  ", r.Grade, r.Rule)
		}
	})
	fmt.Println(sum.Segments, sum.Connections, err)
	// Output:
	// 10.0.2.2:51323 10.0.2.15:80 opened: three segments
	//    A <SEQ=84689409><CTL=SYN> A is SYN-SENT
	//    B <SEQ=1893430205><ACK=84689410><CTL=SYN,ACK> A is SYN-SENT|ESTABLISHED
	//    A <SEQ=84689410><ACK=1893430206><CTL=ACK> A is ESTABLISHED
	// 10.0.2.2:51321 10.0.2.15:80 opened: before the capture began
	//    A <SEQ=1><ACK=1><DATA=752><CTL=PSH,ACK> A is ESTABLISHED|FIN-WAIT-1|CLOSE-WAIT|CLOSING|LAST-ACK
	//    doubt other-ports
	// 4 2 <nil>
}
