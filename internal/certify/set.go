package certify

import (
	"bytes"
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// Set is a set of encodings of states, numbered in the order in which they were added.
type Set struct {
	pages [][]byte // a length, and the bytes of an encoding, one after another
	at    []place
	slots []uint32 // 1 + the number of an encoding, at the first free slot after its hash
	seed  maphash.Seed
}

// place is where an encoding lies.
type place struct{ page, offset uint32 }

const pageBytes = 1 << 20

// NewSet makes an empty set.
func NewSet() *Set { return &Set{slots: make([]uint32, 1<<10), seed: maphash.MakeSeed()} }

// Len returns the number of encodings.
func (s *Set) Len() int { return len(s.at) }

// Code returns encoding i, which must not be changed.
func (s *Set) Code(i int) []byte {
	p := s.at[i]
	b := s.pages[p.page][p.offset:]
	n, k := binary.Uvarint(b)
	return b[k : k+int(n)]
}

// Find returns the number of an encoding.
func (s *Set) Find(code []byte) (i int, ok bool) {
	slot := s.slot(code)
	return int(s.slots[slot]) - 1, s.slots[slot] != 0
}

// Add adds an encoding and returns its number. It reports whether it is new.
func (s *Set) Add(code []byte) (i int, added bool) {
	slot := s.slot(code)
	if n := s.slots[slot]; n != 0 {
		return int(n) - 1, false
	}
	s.keep(code)
	s.slots[slot] = uint32(len(s.at))
	if len(s.at)*2 > len(s.slots) {
		s.grow()
	}
	return len(s.at) - 1, true
}

// slot is where code is, or where it would be.
func (s *Set) slot(code []byte) int {
	mask := len(s.slots) - 1
	for k := int(maphash.Bytes(s.seed, code)) & mask; ; k = (k + 1) & mask {
		if n := s.slots[k]; n == 0 || bytes.Equal(s.Code(int(n)-1), code) {
			return k
		}
	}
}

func (s *Set) keep(code []byte) {
	need := len(code) + binary.MaxVarintLen64
	last := len(s.pages) - 1
	if last < 0 || len(s.pages[last])+need > cap(s.pages[last]) {
		s.pages = append(s.pages, make([]byte, 0, max(pageBytes, need)))
		last++
	}
	page := &s.pages[last]
	s.at = append(s.at, place{uint32(last), uint32(len(*page))})
	*page = binary.AppendUvarint(*page, uint64(len(code)))
	*page = append(*page, code...)
}

func (s *Set) grow() {
	s.slots = make([]uint32, 2*len(s.slots))
	for i := range s.at {
		s.slots[s.slot(s.Code(i))] = uint32(i) + 1
	}
}

// sorted lists the numbers of the encodings in the order of their bytes.
func (s *Set) sorted() []int {
	list := make([]int, s.Len())
	for i := range list {
		list[i] = i
	}
	slices.SortFunc(list, func(i, j int) int { return bytes.Compare(s.Code(i), s.Code(j)) })
	return list
}
