package cluster

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"strconv"
	"strings"

	"gocloud.dev/blob"
	_ "gocloud.dev/blob/azureblob" // azblob://
	_ "gocloud.dev/blob/fileblob"  // file://
	_ "gocloud.dev/blob/gcsblob"   // gs://
	_ "gocloud.dev/blob/s3blob"    // s3://
	"gocloud.dev/gcerrors"

	"github.com/tcpcheck/tcpcheck/explore"
)

// bucketStorage keeps the files of a search in a bucket. An object store can refuse to write an object that exists. So each
// manifest is an object of its own with the next number, and the one with the greatest number counts.
type bucketStorage struct {
	name   string
	bucket *blob.Bucket
}

// OpenStorage opens the storage that a URL names: s3://BUCKET/PREFIX, gs://…, azblob://…, or file:///DIR. Parameters after ? are
// those of gocloud.dev, for example region and endpoint.
func OpenStorage(ctx context.Context, name string) (explore.Storage, error) {
	u, err := url.Parse(name)
	if err != nil {
		return nil, fmt.Errorf("expected a URL like s3://BUCKET/PREFIX: %w", err)
	}
	prefix := ""
	if u.Scheme != "file" { // there the path is the directory
		prefix, u.Path = strings.Trim(u.Path, "/"), ""
	}
	bucket, err := blob.OpenBucket(ctx, u.String())
	if err != nil {
		return nil, err
	}
	if prefix != "" {
		bucket = blob.PrefixedBucket(bucket, prefix+"/")
	}
	u.RawQuery, u.User, u.Path = "", nil, "/"+prefix
	return &bucketStorage{name: strings.TrimSuffix(u.String(), "/"), bucket: bucket}, nil
}

// String returns the URL without its parameters.
func (s *bucketStorage) String() string { return s.name }

// Create begins an object. It is there once it is complete: every object is durable.
func (s *bucketStorage) Create(ctx context.Context, name string, _ bool) (io.WriteCloser, error) {
	return s.bucket.NewWriter(ctx, name, &blob.WriterOptions{ContentType: "application/octet-stream", DisableContentTypeDetection: true})
}

// Open reads an object from offset on.
func (s *bucketStorage) Open(ctx context.Context, name string, offset int64) (explore.StoredFile, error) {
	r, err := s.bucket.NewRangeReader(ctx, name, offset, -1, nil)
	if err != nil {
		return nil, notExist(err)
	}
	return r, nil
}

func notExist(err error) error {
	if gcerrors.Code(err) == gcerrors.NotFound {
		return errors.Join(fs.ErrNotExist, err)
	}
	return err
}

// List lists the objects under the prefix.
func (s *bucketStorage) List(ctx context.Context) (names []string, err error) {
	for list := s.bucket.List(nil); ; {
		o, err := list.Next(ctx)
		if err == io.EOF {
			return names, nil
		}
		if err != nil {
			return nil, err
		}
		names = append(names, o.Key)
	}
}

// Remove removes objects.
func (s *bucketStorage) Remove(ctx context.Context, names []string) error {
	for _, name := range names {
		if err := s.bucket.Delete(ctx, name); err != nil && gcerrors.Code(err) != gcerrors.NotFound {
			return err
		}
	}
	return nil
}

const manifestPrefix = "manifest-"

func manifestName(n int) string { return fmt.Sprintf("%s%09d.json", manifestPrefix, n) }

// latest is the number of the manifest that counts, and the numbers of all; zero if there is none.
func (s *bucketStorage) latest(ctx context.Context) (last int, all []int, err error) {
	for list := s.bucket.List(&blob.ListOptions{Prefix: manifestPrefix}); ; {
		o, err := list.Next(ctx)
		if err == io.EOF {
			return last, all, nil
		}
		if err != nil {
			return 0, nil, err
		}
		text := strings.TrimSuffix(strings.TrimPrefix(o.Key, manifestPrefix), ".json")
		if n, err := strconv.Atoi(text); err == nil && manifestName(n) == o.Key {
			last, all = max(last, n), append(all, n)
		}
	}
}

// Manifest reads the manifest that counts. It reads again if that was replaced and removed meanwhile.
func (s *bucketStorage) Manifest(ctx context.Context) (data []byte, version string, err error) {
	for range 10 {
		n, _, err := s.latest(ctx)
		if err != nil {
			return nil, "", err
		}
		if n == 0 {
			return nil, "", fs.ErrNotExist
		}
		data, err = s.bucket.ReadAll(ctx, manifestName(n))
		if err == nil || gcerrors.Code(err) != gcerrors.NotFound {
			return data, strconv.Itoa(n), err
		}
	}
	return nil, "", errors.New("the manifest is replaced faster than it can be read")
}

// PutManifest writes the manifest with the next number, unless it is there. An old driver may write one whose number was used and
// removed long ago; it is found out because there is a greater one.
func (s *bucketStorage) PutManifest(ctx context.Context, data []byte, version string) (next string, err error) {
	n := 0
	if version != "" {
		if n, err = strconv.Atoi(version); err != nil {
			return "", err
		}
	}
	if last, _, err := s.latest(ctx); err != nil || last != n {
		return "", errors.Join(err, replacedIf(last != n))
	}
	err = s.bucket.WriteAll(ctx, manifestName(n+1), data, &blob.WriterOptions{ContentType: "application/json", IfNotExist: true})
	if gcerrors.Code(err) == gcerrors.FailedPrecondition {
		return "", explore.ErrReplaced
	}
	if err != nil {
		return "", err
	}
	last, all, err := s.latest(ctx)
	if err != nil || last != n+1 {
		return "", errors.Join(err, replacedIf(err == nil))
	}
	for _, old := range all {
		if old < n {
			if err := s.Remove(ctx, []string{manifestName(old)}); err != nil {
				return "", err
			}
		}
	}
	return strconv.Itoa(n + 1), nil
}

func replacedIf(yes bool) error {
	if yes {
		return explore.ErrReplaced
	}
	return nil
}
