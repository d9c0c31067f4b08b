//go:build !linux

package explore

import "unsafe"

func allocate(n int) memory { return memory{bytes: make([]byte, n)} }
func (m *memory) free()     { *m = memory{} }

func adviseHuge(unsafe.Pointer, uintptr) {}
