package netfake

import (
	"sync"
	"sync/atomic"
)

// memo is a map that only grows. Readers take no lock and allocate nothing.
type memo[K comparable, V any] struct {
	slots atomic.Pointer[[]atomic.Pointer[entry[K, V]]] // open addressing; the length is a power of two
	mu    sync.Mutex                                    // held while an entry is added
	n     int
}

type entry[K comparable, V any] struct {
	hash  uint64
	key   K
	value V
}

// get returns the value of a key, or nil if there is none. The low half of the hash is not used.
func (m *memo[K, V]) get(hash uint64, key *K) *V {
	p := m.slots.Load()
	if p == nil {
		return nil
	}
	slots := *p
	for i := int(hash>>32) & (len(slots) - 1); ; i = (i + 1) & (len(slots) - 1) {
		e := slots[i].Load()
		if e == nil {
			return nil
		}
		if e.hash == hash && e.key == *key {
			return &e.value
		}
	}
}

// add adds a key with the value that fill makes, unless another goroutine has added the key first. It returns the value.
func (m *memo[K, V]) add(hash uint64, key *K, fill func(*V)) *V {
	m.mu.Lock()
	defer m.mu.Unlock()
	if v := m.get(hash, key); v != nil {
		return v
	}
	m.grow()
	e := &entry[K, V]{hash: hash, key: *key}
	fill(&e.value)
	insert(*m.slots.Load(), e)
	m.n++
	return &e.value
}

// grow makes room for one more entry, so that a quarter of the slots is free.
func (m *memo[K, V]) grow() {
	var old []atomic.Pointer[entry[K, V]]
	if p := m.slots.Load(); p != nil {
		old = *p
	}
	if 4*(m.n+1) <= 3*len(old) {
		return
	}
	slots := make([]atomic.Pointer[entry[K, V]], max(8, 2*len(old)))
	for i := range old {
		if e := old[i].Load(); e != nil {
			insert(slots, e)
		}
	}
	m.slots.Store(&slots)
}

func insert[K comparable, V any](slots []atomic.Pointer[entry[K, V]], e *entry[K, V]) {
	i := int(e.hash>>32) & (len(slots) - 1)
	for slots[i].Load() != nil {
		i = (i + 1) & (len(slots) - 1)
	}
	slots[i].Store(e)
}
