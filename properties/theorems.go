package properties

// Theorems is every theorem, in the order in which they are told.
func Theorems() []Theorem {
	var all []Theorem
	all = append(all, handshakeTheorems()...)
	all = append(all, streamTheorems()...)
	all = append(all, timeWaitTheorems()...)
	all = append(all, livenessTheorems()...)
	all = append(all, hangingTheorems()...)
	all = append(all, againTheorems()...)
	all = append(all, attackTheorems()...)
	all = append(all, ghostAckTheorems()...)
	all = append(all, checkTheorems()...)
	all = append(all, lateCheckTheorems()...)
	all = append(all, machineTheorems()...)
	all = append(all, longTheorems()...)
	return all
}
