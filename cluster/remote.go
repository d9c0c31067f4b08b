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

// Away connects to a Temporal server.
func (Remote) Away(ctx context.Context, url, dir string) (explore.Away, error) {
	return OpenTemporal(ctx, url, dir)
}

// Work carries out what a Temporal server has to do for a search.
func (Remote) Work(ctx context.Context, url, dir string, files explore.Storage, w explore.Worker) error {
	return Work(ctx, url, dir, files, w)
}
