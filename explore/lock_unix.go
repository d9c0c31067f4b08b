//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package explore

import (
	"os"
	"syscall"
)

// tryLock locks an open directory until it is closed. It reports false if another process holds the lock. The system
// releases the lock when the process ends, however it ends. On a file system without locks it reports true.
func tryLock(dir *os.File) bool {
	return syscall.Flock(int(dir.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != syscall.EWOULDBLOCK
}

// renamesOpen says that a file can be renamed while it is open.
const renamesOpen = true

// waitLock locks an open file until it is closed. It waits until it has the lock.
func waitLock(f *os.File) {
	for syscall.Flock(int(f.Fd()), syscall.LOCK_EX) == syscall.EINTR {
	}
}
