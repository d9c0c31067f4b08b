package model

// State is one of the eleven states of RFC 9293 §3.3.2.
type State uint8

// The states, in the order of the RFC. CLOSED is the zero value: it means that there is no TCB.
const (
	Closed State = iota
	Listen
	SynSent
	SynReceived
	Established
	FinWait1
	FinWait2
	CloseWait
	Closing
	LastAck
	TimeWait
	NumStates = iota
)

var stateNames = [NumStates]string{
	"CLOSED", "LISTEN", "SYN-SENT", "SYN-RECEIVED", "ESTABLISHED", "FIN-WAIT-1",
	"FIN-WAIT-2", "CLOSE-WAIT", "CLOSING", "LAST-ACK", "TIME-WAIT",
}

// String returns the RFC's spelling.
func (s State) String() string {
	if int(s) < len(stateNames) {
		return stateNames[s]
	}
	return "STATE(?)"
}

// ParseState returns the state with the given name, in the RFC's spelling.
func ParseState(name string) (State, bool) {
	for i, n := range stateNames {
		if n == name {
			return State(i), true
		}
	}
	return 0, false
}

// Synchronized reports whether s is one of the seven states in which both initial
// numbers are known (RFC 9293 §3.5).
func (s State) Synchronized() bool { return s >= Established }

// CanSend reports whether the user may still SEND data in s.
func (s State) CanSend() bool { return s == Established || s == CloseWait }

// CanReceive reports whether data that arrives in s is accepted (§3.10.7.4, seventh).
func (s State) CanReceive() bool {
	return s == Established || s == FinWait1 || s == FinWait2
}
