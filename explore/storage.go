package explore

import (
	"context"
	"errors"
	"io"
)

// Storage keeps the files of a search with [Disk]: a directory, or a bucket of an object store. A file is written once,
// under a name that no other file has, and is never changed. Only the manifest is replaced. All methods may be called
// by several goroutines, processes and hosts at once.
type Storage interface {
	// Create begins a file. It is complete when Close of the writer has returned no error. A durable file must
	// survive a loss of power from then on. A writer whose context is done before Close may leave anything behind.
	Create(ctx context.Context, name string, durable bool) (io.WriteCloser, error)
	// Open opens a file to be read from offset on. If there is none, the error is fs.ErrNotExist.
	Open(ctx context.Context, name string, offset int64) (StoredFile, error)
	// List returns the names of all files, the manifest among them.
	List(ctx context.Context) ([]string, error)
	// Remove removes files. One that is not there is no error.
	Remove(ctx context.Context, names []string) error
	// Manifest returns the manifest and its version. If there is none, the error is fs.ErrNotExist.
	Manifest(ctx context.Context) (data []byte, version string, err error)
	// PutManifest replaces the manifest if its version is the given one, or if there is none and version is "".
	// Otherwise the error is ErrReplaced. It returns the new version.
	PutManifest(ctx context.Context, data []byte, version string) (next string, err error)
	// String names the place in messages.
	String() string
}

// StoredFile is an open file of a [Storage].
type StoredFile interface {
	io.ReadCloser
	Size() int64 // of the whole file, in bytes
}

// ErrReplaced says that another process has replaced the manifest of a search, which it therefore continues.
var ErrReplaced = errors.New("another process has taken over the search that is there")

// ManifestName is the name under which a storage lists the manifest.
const ManifestName = "manifest.json"
