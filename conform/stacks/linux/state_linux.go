package linux

import (
	"encoding/binary"
	"fmt"
	"net/netip"
	"os"
	"strings"

	"github.com/tcpcheck/tcpcheck/model"
)

// states are the kernel's, as /proc/net/tcp prints them. 07 is a socket without a connection.
var states = map[string]model.State{
	"01": model.Established, "02": model.SynSent, "03": model.SynReceived, "04": model.FinWait1, "05": model.FinWait2,
	"06": model.TimeWait, "07": model.Closed, "08": model.CloseWait, "09": model.LastAck, "0A": model.Listen, "0B": model.Closing,
}

// stateOf reads the state of the connection of two sockets, whether or not a descriptor for it is open, from the table of this
// thread's namespace; if there is none, that of the listener.
func stateOf(local, remote netip.AddrPort) (s model.State, gone bool, err error) {
	table, err := os.ReadFile("/proc/thread-self/net/tcp")
	if err != nil {
		return 0, false, err
	}
	connection, listener := hex(local)+" "+hex(remote)+" ", hex(local)+" 00000000:0000 "
	for _, want := range []string{connection, listener} {
		if _, rest, found := strings.Cut(string(table), want); found {
			s, known := states[rest[:2]]
			if !known {
				return 0, false, fmt.Errorf("/proc/net/tcp: expected a state from 01 to 0B, got %q", rest[:2])
			}
			return s, s == model.Closed, nil
		}
	}
	return model.Closed, true, nil
}

// hex is a socket as the table prints it: the address as a number in this machine's order of octets.
func hex(a netip.AddrPort) string {
	b := a.Addr().As4()
	return fmt.Sprintf("%08X:%04X", binary.NativeEndian.Uint32(b[:]), a.Port())
}
