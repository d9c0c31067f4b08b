package explore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

// dirStorage is a directory of this host, or one that several hosts share.
type dirStorage struct {
	dir   string
	hasty bool // do not wait until files are safe from a loss of power
}

// DirStorage returns the storage that is a directory, which must exist.
func DirStorage(dir string) Storage { return &dirStorage{dir: dir} }

// String returns the name of the directory.
func (d *dirStorage) String() string { return d.dir }

// Create makes a file in the directory.
func (d *dirStorage) Create(_ context.Context, name string, durable bool) (io.WriteCloser, error) {
	f, err := os.Create(filepath.Join(d.dir, name))
	if err != nil {
		return nil, err
	}
	if durable && !d.hasty {
		return syncedFile{f}, nil
	}
	return f, nil
}

// syncedFile is made safe when it is closed.
type syncedFile struct{ *os.File }

func (f syncedFile) Close() error {
	err := f.Sync()
	if e := f.File.Close(); err == nil {
		err = e
	}
	return err
}

// Open opens a file of the directory.
func (d *dirStorage) Open(_ context.Context, name string, offset int64) (StoredFile, error) {
	f, err := os.Open(filepath.Join(d.dir, name))
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && offset > 0 {
		_, err = f.Seek(offset, io.SeekStart)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return sizedFile{f, info.Size()}, nil
}

type sizedFile struct {
	*os.File
	size int64
}

func (f sizedFile) Size() int64 { return f.size }

// List lists the directory.
func (d *dirStorage) List(context.Context) (names []string, err error) {
	files, err := os.ReadDir(d.dir)
	for _, f := range files {
		names = append(names, f.Name())
	}
	return names, err
}

// Remove removes files from the directory.
func (d *dirStorage) Remove(_ context.Context, names []string) error {
	for _, name := range names {
		if err := os.Remove(filepath.Join(d.dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// Manifest reads the manifest. Its version is its SHA-256.
func (d *dirStorage) Manifest(context.Context) (data []byte, version string, err error) {
	data, err = os.ReadFile(filepath.Join(d.dir, ManifestName))
	return data, versionOf(data), err
}

func versionOf(data []byte) string {
	if data == nil {
		return ""
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:])
}

// PutManifest compares and replaces the manifest while it holds a lock on the new one.
func (d *dirStorage) PutManifest(ctx context.Context, data []byte, version string) (next string, err error) {
	f, err := lockNew(filepath.Join(d.dir, ManifestName+".new"))
	if err != nil {
		return "", err
	}
	defer f.Close()
	_, now, err := d.Manifest(ctx)
	switch {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return "", err
	case now != version:
		return "", ErrReplaced
	}
	return versionOf(data), replaceManifest(f, d.dir, data, d.hasty)
}

// lockNew opens the file that will replace the manifest, and waits for the lock on it. Whoever had the lock before has
// renamed the file, so that the lock is then on the manifest and does not count.
func lockNew(name string) (*os.File, error) {
	for {
		f, err := os.OpenFile(name, os.O_CREATE|os.O_RDWR, 0o666)
		if err != nil {
			return nil, err
		}
		waitLock(f)
		mine, err := f.Stat()
		if there, e := os.Stat(name); err == nil && e == nil && os.SameFile(mine, there) {
			return f, nil
		}
		f.Close()
		if err != nil {
			return nil, err
		}
	}
}

// replaceManifest writes data into f, which is manifest.json.new, and makes it the manifest. The files that it lists
// must be safe before.
func replaceManifest(f *os.File, dir string, data []byte, hasty bool) error {
	err := f.Truncate(0)
	if err == nil {
		_, err = f.WriteAt(data, 0)
	}
	if err == nil && !hasty {
		err = f.Sync()
	}
	if !renamesOpen {
		err = errors.Join(err, f.Close())
	}
	if err == nil {
		err = os.Rename(f.Name(), filepath.Join(dir, ManifestName))
	}
	if err != nil || hasty {
		return err
	}
	return syncDir(dir)
}

func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// lockDir locks the directory of a search until the lock is closed, so that no other search of this host writes there
// meanwhile. Unless a search is to be resumed it makes the directory.
func lockDir(dir string, resume bool) (lock *os.File, err error) {
	if !resume {
		if err := os.MkdirAll(dir, 0o777); err != nil {
			return nil, err
		}
	}
	if lock, err = os.Open(dir); err != nil {
		return nil, err
	}
	if !tryLock(lock) {
		lock.Close()
		return nil, fmt.Errorf("%s is in use: another process searches there", dir)
	}
	return lock, nil
}
