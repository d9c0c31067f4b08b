package explore

import (
	"bytes"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"time"
	"unsafe"
)

// manifest is what the directory of a search says of it: all but the states. It is replaced as a whole at the end of
// each level, so that a search that is killed can go on from there.
type manifest struct {
	Identity []string `json:"identity"`

	Distinct uint64   `json:"distinct"`
	Levels   []uint64 `json:"levels"` // states of each level; the last one is not expanded, and empty at the end
	savedCounts
	Violations []savedState  `json:"violations,omitempty"`
	Witnesses  []savedState  `json:"witnesses,omitempty"`
	Elapsed    time.Duration `json:"elapsed"`

	Log  *savedFile `json:"log,omitempty"`  // of a search in memory
	Disk *savedDisk `json:"disk,omitempty"` // of one on disk
}

// savedCounts is what expanding counted.
type savedCounts struct {
	Generated uint64            `json:"generated"`
	Terminals uint64            `json:"terminals"`
	Loops     uint64            `json:"loops"`
	Cuts      []Cut             `json:"cuts,omitempty"`
	Ends      map[string]uint64 `json:"ends,omitempty"`
	Dead      [][]byte          `json:"terminalStates,omitempty"`
}

// savedDisk is the plan of a search on disk: the files that its tasks read, and the step that they belong to.
type savedDisk struct {
	Search     string          `json:"search"`
	Generation int             `json:"generation"` // how many drivers there were
	Step       int             `json:"step"`
	Partitions int             `json:"partitions"`
	States     []storedFile    `json:"states"`            // per partition: the states of the last level
	Prints     []storedFile    `json:"prints"`            // per partition: their fingerprints and those of their parents
	Earlier    []storedFile    `json:"earlier"`           // per earlier level: the file that lists its files of fingerprints
	Visited    [][]visitedRun  `json:"visited"`           // per partition: all fingerprints
	Merging    *savedExpansion `json:"merging,omitempty"` // the last level is expanded, and is being merged
}

// savedExpansion is the result of expanding the last level. A search that is resumed expands that level again.
type savedExpansion struct {
	savedCounts
	Runs []runFile `json:"runs"`
}

// savedState is the first state of some kind, if there is one.
type savedState struct {
	Found bool   `json:"found"`
	ID    uint32 `json:"id"`
	State []byte `json:"state,omitempty"`
}

// savedFile is how much of a file is valid, and its CRC-32C.
type savedFile struct {
	Bytes int64  `json:"bytes"`
	CRC   uint32 `json:"crc32c"`
}

const manifestFormat = 5

// sealed is a manifest as it is written. The checksum is that of the manifest without white space.
type sealed struct {
	Format int             `json:"format"`
	CRC    uint32          `json:"crc32c"`
	Search json.RawMessage `json:"search"`
}

// MismatchError says that the search in a directory is not the search that is to be resumed.
type MismatchError struct {
	Dir           string
	Stored, Asked []string // the lines of their identities that differ
}

func (e *MismatchError) Error() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s holds another search", e.Dir)
	for _, line := range e.Stored {
		fmt.Fprintf(&b, "\n  there: %s", line)
	}
	for _, line := range e.Asked {
		fmt.Fprintf(&b, "\n  here:  %s", line)
	}
	return b.String()
}

// identity is what must be the same for a search to be resumed.
func (o *Options[S, A]) identity() []string {
	var zero S
	order := "big"
	if binary.NativeEndian.Uint16([]byte{1, 0}) == 1 {
		order = "little"
	}
	lines := append(slices.Clone(o.Identity),
		fmt.Sprintf("store: %v", o.Store),
		fmt.Sprintf("state: %v of %d bytes, %s-endian", reflect.TypeFor[S](), unsafe.Sizeof(zero), order))
	for _, p := range o.Always {
		lines = append(lines, "always: "+p.Name)
	}
	for _, p := range o.Sometimes {
		lines = append(lines, "sometimes: "+p.Name)
	}
	return lines
}

// Identity returns the lines that identify the search in a storage: Options.Identity, and what else must be the
// same.
func Identity(ctx context.Context, files Storage) ([]string, error) {
	m, _, err := loadManifest(ctx, files)
	if err != nil {
		return nil, err
	}
	return m.Identity, nil
}

func compareIdentity(dir string, stored, asked []string) error {
	if slices.Equal(stored, asked) {
		return nil
	}
	without := func(a, b []string) (rest []string) {
		for _, line := range a {
			if !slices.Contains(b, line) {
				rest = append(rest, line)
			}
		}
		return rest
	}
	return &MismatchError{Dir: dir, Stored: without(stored, asked), Asked: without(asked, stored)}
}

// readManifest reads the manifest of a search that must be the one with the given identity.
func readManifest(ctx context.Context, files Storage, identity []string) (m *manifest, version string, err error) {
	m, version, err = loadManifest(ctx, files)
	if err == nil {
		err = compareIdentity(files.String(), m.Identity, identity)
	}
	return m, version, err
}

func loadManifest(ctx context.Context, files Storage) (m *manifest, version string, err error) {
	data, version, err := files.Manifest(ctx)
	if err != nil {
		return nil, "", fmt.Errorf("%s holds no search: %w", files, err)
	}
	if m, err = openSeal(data); err != nil {
		return nil, "", fmt.Errorf("%s/%s: %w", files, ManifestName, err)
	}
	return m, version, nil
}

func openSeal(data []byte) (*manifest, error) {
	var seal sealed
	if err := json.Unmarshal(data, &seal); err != nil {
		return nil, fmt.Errorf("not the manifest of a search: %w", err)
	}
	if seal.Format != manifestFormat {
		return nil, fmt.Errorf("another version of tcpcheck wrote it, in format %d, and this one reads format %d", seal.Format, manifestFormat)
	}
	var text bytes.Buffer
	if err := json.Compact(&text, seal.Search); err != nil || crc32.Checksum(text.Bytes(), castagnoli) != seal.CRC {
		return nil, errors.New("the file is damaged: its checksum is not what it says")
	}
	m := new(manifest)
	return m, json.Unmarshal(seal.Search, m)
}

// seal is what is written of m.
func (m *manifest) seal() ([]byte, error) {
	text, err := json.Marshal(m)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(sealed{manifestFormat, crc32.Checksum(text, castagnoli), text}, "", " ")
}

// write replaces the manifest in dir, which the caller has locked. The files that it speaks of must be safe before.
func (m *manifest) write(dir string, hasty bool) error {
	data, err := m.seal()
	if err != nil {
		return err
	}
	f, err := os.Create(filepath.Join(dir, ManifestName+".new"))
	if err != nil {
		return err
	}
	defer f.Close()
	return replaceManifest(f, dir, data, hasty)
}

// stateOf is the inverse of bytesOf.
func stateOf[S any](b []byte) (x S, err error) {
	if len(b) != int(unsafe.Sizeof(x)) {
		return x, fmt.Errorf("a state of %d bytes, expected %d", len(b), unsafe.Sizeof(x))
	}
	copy(bytesOf(&x), b)
	return x, nil
}

func saveFound[S comparable](list []found[S]) (saved []savedState) {
	for i := range list {
		f := savedState{Found: list[i].id != noState, ID: list[i].id}
		if f.Found {
			f.State = bytesOf(&list[i].state)
		}
		saved = append(saved, f)
	}
	return saved
}

func loadFound[S comparable](list []found[S], saved []savedState) (err error) {
	if len(list) != len(saved) {
		return fmt.Errorf("%d predicates, expected %d", len(saved), len(list))
	}
	for i, f := range saved {
		if !f.Found {
			continue
		}
		list[i].id = f.ID
		if list[i].state, err = stateOf[S](f.State); err != nil {
			return err
		}
	}
	return nil
}

// save and load take what expanding counted to a manifest or a result, and back.
func (c *counts[S]) save(m *savedCounts) {
	m.Generated, m.Terminals, m.Loops, m.Cuts, m.Ends = c.generated, c.terminals, c.loops, c.cuts, c.ends
	for i := range c.firstTerminals {
		m.Dead = append(m.Dead, bytesOf(&c.firstTerminals[i]))
	}
}

func (c *counts[S]) load(m *savedCounts) error {
	c.generated, c.terminals, c.loops, c.cuts, c.ends = m.Generated, m.Terminals, m.Loops, m.Cuts, m.Ends
	for _, b := range m.Dead {
		x, err := stateOf[S](b)
		if err != nil {
			return err
		}
		c.firstTerminals = append(c.firstTerminals, x)
	}
	return nil
}
