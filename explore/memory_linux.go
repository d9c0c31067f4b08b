package explore

import "syscall"

const (
	hugePages = 14 // MADV_HUGEPAGE
	hugeBytes = 2 << 20
)

// allocate gets memory from the system, all zero, or nil if it has none. The large tables that grow by being copied
// live there: what they leave goes back at once, while the heap would keep it.
func allocate(n int) []byte {
	b, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil
	}
	if n >= 2*hugeBytes {
		_ = syscall.Madvise(b, hugePages) // or not: it only makes lookups faster
	}
	return b
}

func free(b []byte) {
	if err := syscall.Munmap(b); err != nil {
		panic("BUG: " + err.Error())
	}
}
