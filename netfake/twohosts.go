package netfake

import "github.com/tcpcheck/tcpcheck/model"

// The initial numbers of TwoHosts lie around those of the figures of RFC 9293.
const (
	BaseA model.Seq = 100
	BaseB model.Seq = 300
)

// TwoHosts is the scenario on which others are built: two closed hosts with small buffers, fresh initial
// numbers and users that do nothing, on a wire that loses, duplicates and reorders at will, without a clock.
func TwoHosts() (sc Scenario) {
	for i, base := range []model.Seq{BaseA, BaseB} {
		sc.Peer[i] = Host{Protocol: Protocol{TCP: model.Config{RcvBuf: 4, MSS: 2}, Isn: Isn{Policy: Fresh}, Base: base}}
	}
	return sc
}

// Both changes both hosts.
func (sc *Scenario) Both(change func(*Host)) {
	for i := range sc.Peer {
		change(&sc.Peer[i])
	}
}

// SameNumbers are initial numbers that every incarnation uses again: those of Base.
func SameNumbers() Isn { return Isn{Policy: Fixed, Choices: []uint8{0}} }
