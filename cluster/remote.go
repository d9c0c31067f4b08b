package cluster

import (
	"context"

	"github.com/tcpcheck/tcpcheck/explore"
)

// Remote is what cmd/tcpcheck-cluster adds to the commands explore and worker.
type Remote struct{}

// Storage opens a bucket.
func (Remote) Storage(ctx context.Context, url string) (explore.Storage, error) {
	return OpenStorage(ctx, url)
}

// Engine connects to a Temporal server.
func (Remote) Engine(ctx context.Context, url, dir string, files explore.Storage) (explore.Engine, error) {
	return OpenTemporal(ctx, url, dir, files)
}

// Work carries out the tasks that a Temporal server has for a search.
func (Remote) Work(ctx context.Context, url, dir string, files explore.Storage, atOnce int, do func(context.Context, explore.Task) (explore.Done, error)) error {
	return Work(ctx, url, dir, files, atOnce, do)
}
