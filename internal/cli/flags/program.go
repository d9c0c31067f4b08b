package flags

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"time"
)

// Program identifies the running program. Only the program that began a search may resume it, and only
// the one that found an answer may reuse it. A program whose file cannot be read gets a new identity
// at each start.
func Program() string {
	version := "unknown"
	if info, ok := debug.ReadBuildInfo(); ok {
		version = info.Main.Version
	}
	sum, err := checksumOfProgram()
	if err != nil {
		return fmt.Sprintf("%s, begun at %d", version, time.Now().UnixNano())
	}
	return version + " " + sum
}

func checksumOfProgram() (string, error) {
	exe, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(exe)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)[:8]), nil
}
