package figures_test

import (
	"fmt"

	"github.com/tcpcheck/tcpcheck/internal/figures"
)

// A script is run against the machine; what does not follow from it is an error.
func ExampleParse() {
	s, err := figures.Parse("hello.txt", `title: a handshake
claim: the responder needs the third segment
A: CLOSED iss=100
B: LISTEN iss=300

    (Open)
1.  SYN-SENT    --> <SEQ=100><CTL=SYN>               --> SYN-RECEIVED
2.  ESTABLISHED <-- <SEQ=300><ACK=101><CTL=SYN,ACK>  <-- SYN-RECEIVED
3.  ESTABLISHED --> <SEQ=101><ACK=301><CTL=ACK>      --> ESTABLISHED
`)
	fmt.Println(err, s.Run(nil))
	// Output: <nil> <nil>
}
