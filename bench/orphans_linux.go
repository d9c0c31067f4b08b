package main

import "syscall"

// adoptOrphans makes this command the parent of processes whose own has gone, so that it can ask what they used.
// SPIN's parallel search leaves its second process behind unasked.
func adoptOrphans() {
	const setChildSubreaper = 36 // prctl(2); a kernel that does not know it only says so
	_, _, _ = syscall.RawSyscall(syscall.SYS_PRCTL, setChildSubreaper, 1, 0)
}
