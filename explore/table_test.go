package explore

import (
	"reflect"
	"testing"
	"unsafe"

	"pgregory.net/rapid"
)

// The size of a candidate is what accountBuffers takes it for.
var _ [candidateBytes]byte = [unsafe.Sizeof(candidate{})]byte{}

func TestOnlyTypesWhoseBytesDecideAreHashedAsBytes(t *testing.T) {
	type packed struct {
		A uint32
		B [2]uint16
		C struct{ D, E int8 }
		F bool
		G uint8
	}
	for _, c := range []struct {
		value any
		plain bool
	}{
		{packed{}, true},
		{uint64(0), true},
		{[3]packed{}, true},
		{struct{ a, b uint32 }{}, true},
		{struct {
			a uint8
			b uint32
		}{}, false}, // padding inside
		{struct {
			a uint32
			b uint8
		}{}, false}, // padding at the end
		{struct{ a, _ uint8 }{}, false},
		{float64(0), false},
		{"", false},
		{[2]any{}, false},
		{new(int), false},
		{struct{}{}, false},
		{[0]uint8{}, false},
	} {
		if got := plainBytes(reflect.TypeOf(c.value)); got != c.plain {
			t.Errorf("%T: plain is %v", c.value, got)
		}
	}
}

func TestEqualStatesHaveEqualHashes(t *testing.T) {
	type padded struct {
		a uint8
		b uint64
		c float64
		s string
	}
	h := newHasher[padded](^uint64(0), false)
	var zero float64
	dirty := [2]padded{}
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(&dirty[1])), unsafe.Sizeof(dirty[1]))
	bytes[1] = 0xff // in the padding
	dirty[1].c = -zero
	if dirty[0] != dirty[1] || h.sum(&dirty[0]) != h.sum(&dirty[1]) {
		t.Error("two equal states have different hashes")
	}
}

func TestShardFindsWhatWasPlacedHoweverItGrew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tags := rapid.SliceOfN(rapid.Uint32(), 1, 300).Draw(t, "tags")
		near := rapid.Bool().Draw(t, "near") // all at the end, so that probing wraps around
		var s shard
		var b budget
		for id, tag := range tags {
			if near {
				tag |= 0xffff_ff00
			}
			tags[id] = tag
			if !s.reserve(1, &b) {
				t.Fatal("a budget without a limit refused")
			}
			s.place(newSlot(uint64(tag), uint32(id)))
			s.used++
		}
		if 4*s.used > 3*len(s.slots) {
			t.Errorf("%d of %d slots are used", s.used, len(s.slots))
		}
		for id, tag := range tags {
			i := s.home(uint64(tag))
			for s.slots[i] != newSlot(uint64(tag), uint32(id)) {
				if s.slots[i] == 0 {
					t.Fatalf("tag %#x is out of reach from its home", tag)
				}
				i = s.next(i)
			}
		}
	})
}
