package model

// Mutant is a change of one check of the model. It is used to see which theorem, script or test notices the change.
// The model itself has None.
type Mutant uint8

// The mutants, in the order of the checks that they change. Mutants says what each one does.
const (
	None Mutant = iota
	ClosedIsSilent
	ClosedAnswersRst
	ListenHearsRst
	ListenHearsAck
	SynTextAtOnce
	SynSentAnyAck
	SynSentWholeAck
	SynSentNoRst
	SynSentDeafToRst
	SynSentNeedsNoSyn
	AnySequence
	SequenceStartOnly
	SilentOutside
	OldTextAgain
	TextBeyondWindow
	ShutWindowIsDeaf
	KeepsSynStamp
	RstUnstamped
	NoPAWS
	DeafToRst
	RstInWindow
	RstAnywhere
	RefusedForGood
	SynUnseen
	AckBitOptional
	SynRcvdAnyAck
	SynRcvdOldAck
	AckOfUnsent
	OldAckMovesBack
	SentAckLate
	AnyWindow
	ShutWindowKills
	AnyAckIsOfFin
	ClosingAnyAck
	ClosingGoesOn
	LastAckAnyAck
	TextAfterFin
	TextOutOfOrder
	FinOutOfOrder
	LateFinOutOfOrder
	FinNotAcked
	FinNotCounted
	NoTimeWait
	CloseVanishes
	NoRetransmission
	AbsoluteSequence
	ReadsGhosts
	NumMutants = iota
)

// String returns the name of the mutant.
func (m Mutant) String() string {
	if int(m) < len(Mutants) {
		return Mutants[m].Name
	}
	return "MUTANT(?)"
}

// Edit is a change of the source of this package: in the method Func, the condition or statement Old is replaced by
// New. Old occurs exactly once in it. The form "if x" stands for an x that is the whole condition of an if. If Old
// is empty, New is added at the end.
type Edit struct{ Func, Old, New string }

//go:generate go run ../internal/genmutants

// mutated is a machine with mutants. internal/genmutants copies for it the methods of machine
// that an edit changes, and those that call a copied one; it has the others by embedding. So
// the code that is read beside the RFC knows nothing of mutants.
type mutated struct{ *machine }
