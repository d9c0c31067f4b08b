package explore

import "syscall"

const (
	hugePages = 14 // MADV_HUGEPAGE
	hugeBytes = 2 << 20
)

// allocate gets zeroed memory from the system, or nil if it has none left. It is for the large tables that are copied
// when they grow: the system gets the old memory back at once, while the heap would keep it.
func allocate(n int) []byte {
	b, err := syscall.Mmap(-1, 0, n, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return nil
	}
	if n >= 2*hugeBytes {
		_ = syscall.Madvise(b, hugePages) // an error does no harm: huge pages only make lookups faster
	}
	return b
}

func free(b []byte) {
	if err := syscall.Munmap(b); err != nil {
		panic("BUG: " + err.Error())
	}
}
