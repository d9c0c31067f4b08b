package explore

import (
	"runtime"
	"slices"
	"time"
)

// Options says what to look for and when to stop.  The zero value visits everything with every processor.
type Options[S comparable, A any] struct {
	// Always are the invariants: one is violated by a reachable state for which Holds is false.
	Always []Predicate[S]
	// Sometimes are the witnesses: each asks for a reachable state for which Holds is true.  A witness that is
	// not found does not change the verdict; see [Result.Missing].
	Sometimes []Predicate[S]
	// Cut returns the name of the bound of the system that s has hit, such as a full wire, or "".  The
	// predicates are checked on such a state, but it is not expanded, and the verdict is at best [Bounded].
	Cut func(s S) string

	// Workers is the number of goroutines that search; GOMAXPROCS if it is not positive.
	Workers int
	// MaxStates ends the search, as [Unknown], with the first expanded state that takes the number of distinct
	// states past it; on disk, with the level that does.  No limit if zero.
	MaxStates uint64
	// MaxDepth leaves states that many steps away unexpanded, and makes the verdict at best [Bounded] if any
	// of them has an action.  No limit if zero.
	MaxDepth int
	// Store is where the states are kept, and how much of them.
	Store Store
	// Dir, if not empty, is a directory that is written so that a search that is interrupted, killed, or out of
	// memory can go on; all but the level in hand is safe there.  It must be new, unless Resume is set: then the
	// search in it goes on, with any number of workers and any limits.  Store [Disk] needs one.
	Dir    string
	Resume bool
	// Identity tells, line by line, what a search in Dir is of.  A search is resumed only with the same lines,
	// the same type of states, and the same names of predicates.
	Identity []string
	// Ends, if set, sorts the terminal states by name, for Result.Ends.
	Ends func(s S) string

	// MaxMem is a limit in bytes on the tables of the search, not on the process; the search ends as [Unknown]
	// rather than grow past it.  No limit if zero.
	MaxMem uint64
	// Timeout ends the search as [Unknown].  No limit if zero.
	Timeout time.Duration
	// KeepGoing finds the shortest run to a violation of each invariant, and visits the whole space.  Without
	// it the search ends at the end of the level in which the first violation is, which makes the counts the
	// same for any number of workers.
	KeepGoing bool

	// Progress, if set, is called every ProgressEvery, or every second, by the goroutine that called [Run].
	Progress      func(Progress)
	ProgressEvery time.Duration

	tune tuning
}

// Store is a way to keep the states that were found.
type Store uint8

const (
	// Exact keeps every state whole, in memory.  No state is missed.
	Exact Store = iota
	// Compact keeps fingerprints of 128 bits, in memory, and takes states with the same fingerprint for one:
	// Result.MissProbability says how likely it is that any state was missed for that.
	Compact
	// Disk is Compact with the fingerprints in sorted files, which are read and written from end to end once for
	// each level; memory is used for sorting.
	Disk
)

var storeNames = [...]string{"exact", "compact", "disk"}

// String returns the name of the store.
func (s Store) String() string { return storeNames[s] }

// StoreByName is the inverse of [Store.String].
func StoreByName(name string) (Store, bool) {
	i := slices.Index(storeNames[:], name)
	return Store(max(i, 0)), i >= 0
}

// Progress is what a running search knows of itself.
type Progress struct {
	Distinct, Generated uint64
	Depth               int    // of the states being expanded
	Frontier            uint64 // states found and not yet expanded
	Elapsed             time.Duration
	MemBytes            uint64
	DiskBytes           uint64 // of a search with [Disk]
	Left                uint64 // a guess how many states are still to be found; zero as long as the levels grow
}

// tuning holds the sizes of the units of work.  None of them changes a result; tests make them small so that a
// small system exercises the parallel path.
type tuning struct {
	batch  int    // states expanded between two points of synchronization
	chunk  int    // states that a worker takes at a time
	direct int    // batches smaller than this are done by one goroutine
	mask   uint64 // the bits of a hash that are used: all, except where a test wants collisions
	noSync bool   // do not wait until files are safe from a loss of power
}

// Fine makes the units of work so small that a system of a few states is searched in parallel, and does not wait
// until files are safe from a loss of power. It changes no result, and is there to test that.
func Fine[S comparable, A any](o Options[S, A]) Options[S, A] {
	o.tune = tuning{batch: 12, chunk: 3, direct: 2, mask: ^uint64(0), noSync: true}
	return o
}

// maxWorkers is more than any machine makes use of: every worker has buffers of its own.
const maxWorkers = 64

func (o *Options[S, A]) setDefaults() {
	if o.Workers <= 0 {
		o.Workers = runtime.GOMAXPROCS(0)
	}
	o.Workers = min(o.Workers, maxWorkers)
	if o.ProgressEvery <= 0 {
		o.ProgressEvery = time.Second
	}
	if o.tune.batch == 0 {
		o.tune = tuning{batch: 16384, chunk: 128, direct: 512, mask: ^uint64(0)}
	}
}
