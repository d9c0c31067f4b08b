package cluster_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"

	"github.com/tcpcheck/tcpcheck/cluster"
	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/minitcp"
)

type (
	miniOptions = explore.Options[minitcp.State, minitcp.Action]
	miniSystem  = explore.System[minitcp.State, minitcp.Action]
)

// tiny has 5307 states.
var tiny = miniSystem(minitcp.System{Wire: 2, Opens: 1, Numbers: 1})

const tinyStates = 5307

// s3URL starts an S3 server on the loopback interface, and returns the URL of a storage in it.
func s3URL(t *testing.T) string {
	t.Helper()
	backend := s3mem.New()
	if err := backend.CreateBucket("checks"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	if !strings.HasPrefix(server.URL, "http://127.0.0.1:") {
		t.Fatalf("the server listens at %s, not on the loopback interface only", server.URL)
	}
	t.Setenv("AWS_ACCESS_KEY_ID", "test")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "test")
	return "s3://checks/one/search?region=us-east-1&use_path_style=true&endpoint=" + server.URL
}

func storages(t *testing.T) map[string]explore.Storage {
	t.Helper()
	all := map[string]explore.Storage{"dir": explore.DirStorage(t.TempDir())}
	for name, url := range map[string]string{"s3": s3URL(t), "file": "file://" + t.TempDir() + "?no_tmp_dir=true"} {
		files, err := cluster.OpenStorage(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		all[name] = files
	}
	return all
}

// What a storage promises holds for a directory, for an S3 server and for gocloud.dev's directory.
func TestStoragesKeepTheirPromises(t *testing.T) {
	for name, files := range storages(t) {
		t.Run(name, func(t *testing.T) { checkStorage(t, files) })
	}
}

func write(ctx context.Context, files explore.Storage, name, text string) error {
	w, err := files.Create(ctx, name, true)
	if err == nil {
		_, err = io.WriteString(w, text)
		err = errors.Join(err, w.Close())
	}
	return err
}

func checkStorage(t *testing.T, files explore.Storage) {
	ctx := t.Context()
	if _, _, err := files.Manifest(ctx); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the manifest of an empty storage: %v", err)
	}
	if err := errors.Join(write(ctx, files, "run-1", "hello, world"), write(ctx, files, "run-2", "x")); err != nil {
		t.Fatal(err)
	}
	r, err := files.Open(ctx, "run-1", 7)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(r)
	if string(text) != "world" || r.Size() != 12 || err != nil {
		t.Errorf("read %q of a file of %d bytes, %v", text, r.Size(), err)
	}
	r.Close()
	if _, err := files.Open(ctx, "run-3", 0); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a file that is not there: %v", err)
	}
	if names, err := files.List(ctx); err != nil || !slices.Equal(names, []string{"run-1", "run-2"}) {
		t.Errorf("lists %v, %v", names, err)
	}
	if err := files.Remove(ctx, []string{"run-1", "run-3"}); err != nil {
		t.Error(err)
	}
	version := ""
	var versions []string
	for i := range 4 {
		next, err := files.PutManifest(ctx, fmt.Append(nil, "manifest ", i), version)
		if err != nil {
			t.Fatal(err)
		}
		for _, old := range versions { // those of drivers that were replaced
			if _, err := files.PutManifest(ctx, []byte("of an old driver"), old); !errors.Is(err, explore.ErrReplaced) {
				t.Errorf("manifest %d is replaced by an old driver: %v", i, err)
			}
		}
		versions, version = append(versions, version), next
		if data, v, err := files.Manifest(ctx); string(data) != fmt.Sprint("manifest ", i) || v != version || err != nil {
			t.Errorf("manifest %d is %q of version %s, want %s; %v", i, data, v, version, err)
		}
	}
}

// A search whose files are in an S3 server is the search that it is in memory, also if it is resumed, and an altered or missing
// object is named.
func TestSearchInS3(t *testing.T) {
	files, err := cluster.OpenStorage(t.Context(), s3URL(t))
	if err != nil {
		t.Fatal(err)
	}
	o := miniOptions{Store: explore.Disk, Storage: files, Workers: 2, MaxMem: 1 << 20, Partitions: 2, MaxDepth: 9}
	if r := explore.Run(t.Context(), tiny, o); r.Verdict != explore.Bounded || r.Err != nil {
		t.Fatal(r.Verdict, r.Err)
	}
	o.MaxDepth = 0
	if r := explore.Run(t.Context(), tiny, o); r.Err == nil || !strings.Contains(r.Err.Error(), "s3://checks/one/search is not empty") {
		t.Errorf("a storage that is in use is searched anew: %v", r.Err)
	}
	o.Resume, o.MaxDepth = true, 11
	if r := explore.Run(t.Context(), tiny, o); r.Verdict != explore.Bounded || r.Err != nil {
		t.Fatal(r.Verdict, r.Err)
	}
	names, err := files.List(t.Context())
	victim := slices.IndexFunc(names, func(name string) bool { return strings.HasPrefix(name, "states-") })
	if err != nil || victim < 0 {
		t.Fatal(names, err)
	}
	whole := content(t, files, names[victim])
	o.MaxDepth = 0
	for how, text := range map[string]string{"and should have": whole[1:], "is not what the manifest says": "?" + whole[1:], "it is missing": ""} {
		if err := files.Remove(t.Context(), []string{names[victim]}); err != nil {
			t.Fatal(err)
		}
		if text != "" {
			if err := write(t.Context(), files, names[victim], text); err != nil {
				t.Fatal(err)
			}
		}
		r := explore.Run(t.Context(), tiny, o)
		if said := fmt.Sprint(r.Err); r.Verdict != explore.Unknown || !strings.Contains(said, names[victim]) || !strings.Contains(said, how) || strings.Contains(said, "\n") {
			t.Errorf("%v, %v; want a line with %q", r.Verdict, r.Err, how)
		}
	}
	if err := write(t.Context(), files, names[victim], whole); err != nil {
		t.Fatal(err)
	}
	if r := explore.Run(t.Context(), tiny, o); r.Verdict != explore.Verified || r.Distinct != tinyStates {
		t.Errorf("%v with %d states, %v", r.Verdict, r.Distinct, r.Err)
	}
}

func content(t *testing.T, files explore.Storage, name string) string {
	t.Helper()
	r, err := files.Open(t.Context(), name, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	text, err := io.ReadAll(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
