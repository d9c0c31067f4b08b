//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package explore

import (
	"os"
	"syscall"
)

// tryLock locks an open directory for as long as it is open, and reports whether nobody else has it locked. The system
// gives the lock up with the process, however that ends. Where a file system knows no locks nobody can be told apart.
func tryLock(dir *os.File) bool {
	return syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != syscall.EWOULDBLOCK
}

// renamesOpen says that a file can be renamed while it is open.
const renamesOpen = true

// waitLock locks an open file until it is closed, and waits for that.
func waitLock(f *os.File) {
	for syscall.Flock(int(f.Fd()), syscall.LOCK_EX) == syscall.EINTR {
	}
}
