package explore

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
)

// sorter collects records, and gives them back in order. Its slices do not grow past the room that they begin with.
type sorter struct {
	entries []entry
	packed  []byte
	room    int // bytes that one packed state can take
	order   []ranked
	start   []uint32 // where the entries with the same top bits begin
}

// entry is a fingerprint, that of the parent, and where the packed state begins.
type entry struct {
	p, parent print
	at        uint64
}

// ranked is an entry by the half of its fingerprint that nearly always decides.
type ranked struct {
	hi uint64
	at uint32
}

func (s *sorter) n() int { return len(s.entries) }

func (s *sorter) empty() { s.entries, s.packed = s.entries[:0], s.packed[:0] }

// full reports whether there may be no room for the successors of another state. If one should have more than that,
// the slices move to the heap.
func (s *sorter) full() bool {
	many := min(256, cap(s.entries)/16)
	return len(s.entries)+many >= cap(s.entries) || len(s.packed)+many*s.room >= cap(s.packed)
}

func (s *sorter) add(p, parent print, x, zero []byte) {
	s.entries = append(s.entries, entry{p, parent, uint64(len(s.packed))})
	s.packed = appendDelta(s.packed, x, zero)
}

// state is the packed state of entry i.
func (s *sorter) state(i uint32) []byte {
	if int(i)+1 < len(s.entries) {
		return s.packed[s.entries[i].at:s.entries[i+1].at]
	}
	return s.packed[s.entries[i].at:]
}

// sort puts the entries in order: first by the top bits of their fingerprints, which takes no comparing, and then the few
// that share them. It looks now and then whether the context is done.
func (s *sorter) sort(ctx context.Context) error {
	const few = 16 // entries that share their top bits
	top := min(max(bits.Len(uint(len(s.entries)/few)), 1), 16)
	shift := 64 - top
	s.start = slices.Grow(s.start[:0], 1<<top+1)[:1<<top+1]
	clear(s.start)
	for i := range s.entries {
		s.start[s.entries[i].p.hi>>shift+1]++
	}
	for b := range 1 << top {
		s.start[b+1] += s.start[b]
	}
	s.order = slices.Grow(s.order[:0], len(s.entries))[:len(s.entries)]
	for i := range s.entries {
		hi := s.entries[i].p.hi
		s.order[s.start[hi>>shift]] = ranked{hi, uint32(i)}
		s.start[hi>>shift]++
	}
	from := uint32(0)
	for b, to := range s.start[:1<<top] { // where each began, the next one begins now
		if b%256 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		s.sortFew(s.order[from:to])
		from = to
	}
	return nil
}

// sortFew sorts by insertion, as long as there are few.
func (s *sorter) sortFew(list []ranked) {
	if len(list) > 48 {
		slices.SortFunc(list, s.compare)
		return
	}
	for i := 1; i < len(list); i++ {
		x, j := list[i], i
		for j > 0 && (x.hi < list[j-1].hi || x.hi == list[j-1].hi && s.compare(x, list[j-1]) < 0) {
			list[j] = list[j-1]
			j--
		}
		list[j] = x
	}
}

func (s *sorter) compare(a, b ranked) int {
	if a.hi != b.hi {
		return cmp.Compare(a.hi, b.hi)
	}
	x, y := &s.entries[a.at], &s.entries[b.at]
	return cmp.Or(cmp.Compare(x.p.lo, y.p.lo), cmp.Compare(x.parent.hi, y.parent.hi), cmp.Compare(x.parent.lo, y.parent.lo))
}
