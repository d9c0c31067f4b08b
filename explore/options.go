package explore

import (
	"runtime"
	"slices"
	"time"
)

// Options says what to look for and when to stop. The zero value searches every state, with all processors.
type Options[S comparable, A any] struct {
	// Always are the invariants: one is violated by a reachable state for which Holds is false.
	Always []Predicate[S]
	// Sometimes are the witnesses: each asks for a reachable state for which Holds is true. A witness that is
	// not found does not change the verdict; see [Result.Missing].
	Sometimes []Predicate[S]
	// Cut returns the name of the bound of the system that s has hit, such as a full wire, or "". The
	// predicates are checked on such a state, but it is not expanded, and the verdict is at best [Bounded].
	Cut func(s S) string

	// Workers is the number of goroutines that search; GOMAXPROCS if it is not positive.
	Workers int
	// MaxStates limits the number of distinct states. The search ends as [Unknown] after the expanded state with
	// which it exceeds the limit; on disk, after the level. No limit if zero.
	MaxStates uint64
	// MaxDepth is the depth at which states are no longer expanded. If any of them has an action, the verdict is at
	// best [Bounded].  No limit if zero.
	MaxDepth int
	// Store says where the states are stored, and whether whole or as fingerprints.
	Store Store
	// Dir, if not empty, is a directory for the files of the search. With it a search that was interrupted, killed
	// or out of memory can continue: only the current level is lost. The directory must be new, unless Resume is
	// set: then the search in it continues, with any number of workers and any limits. Store [Disk] needs a
	// directory.
	Dir    string
	Resume bool
	// Storage, if set, is where a search with [Disk] keeps its files, in place of Dir.
	Storage Storage
	// Engine, if set, carries out the tasks of a search with [Disk], in place of goroutines of this process. Small levels are
	// still searched by this process.
	Engine Engine
	// Away, if set, has another process drive a search with [Disk], by [TaskRunner.Drive]. This process only begins it, shows its
	// progress, and returns its result. When ctx is done, Away ends the search. If the search is under way already, Away waits for
	// it; then the limits of that search count.
	Away Away
	// Partitions is the number of partitions of a new search with [Disk]: a power of two, 16 if zero. With an engine
	// there are as many tasks in a step.
	Partitions int
	// Identity describes, line by line, which search is in Dir. A search is resumed only with the same lines, the
	// same type of states, and the same names of predicates.
	Identity []string
	// Ends, if set, gives each terminal state a name. Result.Ends counts the terminal states by these names.
	Ends func(s S) string

	// MaxMem is a limit in bytes for the tables of the search, not for the process. The search ends as [Unknown]
	// before the tables grow beyond it. No limit if zero.
	MaxMem uint64
	// Timeout ends the search as [Unknown].  No limit if zero.
	Timeout time.Duration
	// KeepGoing searches the whole space, and finds the shortest run to a violation of each invariant. Without it,
	// the search ends at the end of the level that has the first violation; so the counts are the same for any number
	// of workers.
	KeepGoing bool

	// Progress, if set, is called every ProgressEvery, or every second, by the goroutine that called [Run].
	Progress      func(Progress)
	ProgressEvery time.Duration

	tune tuning
}

// Store is a way to store the states that were found.
type Store uint8

const (
	// Exact stores every state whole, in memory. No state is missed.
	Exact Store = iota
	// Compact stores fingerprints of 128 bits, in memory. Two states with the same fingerprint count as one:
	// Result.MissProbability says how likely it is that a state was missed for this reason.
	Compact
	// Disk stores the same fingerprints in sorted files, which are read and written completely once for each level.
	// It uses memory for sorting.
	Disk
)

var storeNames = [...]string{"exact", "compact", "disk"}

// String returns the name of the store.
func (s Store) String() string { return storeNames[s] }

// StoreByName returns the store with the given name.
func StoreByName(name string) (Store, bool) {
	i := slices.Index(storeNames[:], name)
	return Store(max(i, 0)), i >= 0
}

// Progress is what a running search reports about itself.
type Progress struct {
	Distinct, Generated uint64
	Depth               int    // of the states being expanded
	Frontier            uint64 // states found and not yet expanded
	Elapsed             time.Duration
	MemBytes            uint64
	DiskBytes           uint64 // of a search with [Disk]
	Left                uint64 // a guess of how many states are still to be found; zero as long as the levels grow

	Untaken time.Duration // with [Options.Away]: no process has driven the search for so long; then nothing else is set
}

// tuning holds the sizes of the units of work. None of them changes a result; tests make them small so that a
// small system exercises the parallel path.
type tuning struct {
	batch  int    // states expanded between two points of synchronization
	chunk  int    // states that a worker takes at a time
	direct int    // batches smaller than this are done by one goroutine
	mask   uint64 // the bits of a hash that are used: all, except where a test wants collisions
	noSync bool   // do not wait until files are safe from a loss of power

	everyTask bool // expand each partition by a task of its own, and give each task to the engine
}

// Fine is for tests. It makes the units of work so small that even a system of a few states is searched in parallel,
// and it does not wait until files are safe from a loss of power. It changes no result.
func Fine[S comparable, A any](o Options[S, A]) Options[S, A] {
	o.tune = tuning{batch: 12, chunk: 3, direct: 2, mask: ^uint64(0), noSync: true, everyTask: true}
	return o
}

// maxWorkers limits the memory for buffers, of which each worker has its own. No computer can use more workers.
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
