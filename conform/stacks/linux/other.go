//go:build !linux

package linux

import (
	"errors"

	"github.com/tcpcheck/tcpcheck/conform"
)

// errRefused says that the system does not let us have a kernel to ourselves.
var errRefused = errors.New("no network namespace with a TUN device")

// New fails: there is no Linux kernel here.
func New() (conform.Peer, error) { return nil, errRefused }
