package explore

import (
	"syscall"
	"unsafe"
)

const (
	hugePages = 14 // MADV_HUGEPAGE
	hugeBytes = 2 << 20
)

// allocate gets n bytes from the system, if it has any left. They are for the large tables that are copied when they grow: the
// system gets the old memory back at once, while the heap would keep it.
//
// Lookups are faster in huge pages. So the memory begins where a huge page can begin, and gets as many as it fills, the
// last one to three quarters. They are a hint: an error does no harm. What is mapped besides takes no memory.
func allocate(n int) memory {
	huge := (n + hugeBytes/4) &^ (hugeBytes - 1)
	size := n
	if huge > 0 {
		size = max(n, huge) + hugeBytes
	}
	mapped, err := syscall.Mmap(-1, 0, size, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return memory{}
	}
	if huge == 0 {
		return memory{mapped, mapped}
	}
	b := mapped[-uintptr(unsafe.Pointer(&mapped[0]))&(hugeBytes-1):]
	_ = syscall.Madvise(b[:huge], hugePages)
	return memory{b[:n], mapped}
}

// adviseHuge asks for huge pages where n bytes of the heap are. The rest of the first and of the last huge page is heap, too.
// The heap begins and ends between huge pages.
func adviseHuge(at unsafe.Pointer, n uintptr) {
	lo := uintptr(at) &^ (hugeBytes - 1)
	hi := (uintptr(at) + n + hugeBytes - 1) &^ (hugeBytes - 1)
	_, _, _ = syscall.Syscall(syscall.SYS_MADVISE, lo, hi-lo, hugePages)
}

func (m *memory) free() {
	if m.mapped == nil {
		return
	}
	if err := syscall.Munmap(m.mapped); err != nil {
		panic("BUG: " + err.Error())
	}
	*m = memory{}
}
