package netfake

import "github.com/tcpcheck/tcpcheck/model"

// The initial numbers of TwoHosts are near those in the figures of RFC 9293.
const (
	BaseA model.Seq = 100
	BaseB model.Seq = 300
)

// TwoHosts returns the scenario on which others are built: two closed hosts with small buffers, fresh initial
// numbers, and users that do nothing. The wire loses, duplicates and reorders without limit. There is no clock.
func TwoHosts() (sc Scenario) {
	for i, base := range []model.Seq{BaseA, BaseB} {
		sc.Peer[i] = Host{Protocol: Protocol{TCP: model.Config{RcvBuf: 4, MSS: 2}, Isn: Isn{Policy: Fresh}, Base: base}}
	}
	return sc
}

// Both applies a change to both hosts.
func (sc *Scenario) Both(change func(*Host)) {
	for i := range sc.Peer {
		change(&sc.Peer[i])
	}
}

// SameNumbers returns a generator with which every incarnation uses the same initial numbers again: those of Base.
func SameNumbers() Isn { return Isn{Policy: Fixed, Choices: []uint8{0}} }
