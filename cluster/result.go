package cluster

import (
	"context"
	"encoding/json"
	"fmt"
	"hash/crc32"
	"io"

	"github.com/tcpcheck/tcpcheck/explore"
)

// writeDone writes a result into a file, and returns its name with its checksum.
func writeDone(ctx context.Context, files explore.Storage, d explore.Done) (string, error) {
	data, err := json.Marshal(d)
	if err != nil {
		return "", err
	}
	name := explore.TaskFile(d.Task)
	w, err := files.Create(ctx, name, false)
	if err != nil {
		return "", err
	}
	data = append(data, fmt.Sprintf("\n%08x", crc32.ChecksumIEEE(data))...)
	if _, err := w.Write(data); err != nil {
		w.Close()
		return "", err
	}
	return name, w.Close()
}

func readDone(ctx context.Context, files explore.Storage, name string) (d explore.Done, err error) {
	r, err := files.Open(ctx, name, 0)
	if err != nil {
		return d, fmt.Errorf("%s/%s: %w", files, name, err)
	}
	defer r.Close()
	data, err := io.ReadAll(r)
	if err != nil {
		return d, fmt.Errorf("%s/%s: %w", files, name, err)
	}
	at := max(len(data)-9, 0)
	if string(data[at:]) != fmt.Sprintf("\n%08x", crc32.ChecksumIEEE(data[:at])) {
		return d, fmt.Errorf("%s/%s is damaged: its checksum is not what it says", files, name)
	}
	return d, json.Unmarshal(data[:at], &d)
}
