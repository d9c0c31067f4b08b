package explore

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"unsafe"
)

// journal is the file of a search in memory: its states in the order of discovery, each as the name of its parent
// and its difference from the one before. The manifest says how much of it counts.
type journal[S comparable] struct {
	dir  string
	lock *os.File // of the directory
	file *os.File
	w    *bufio.Writer
	size int64
	crc  uint32
	last S
	buf  []byte
}

const journalName = "states"

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// errNotPlain refuses a type of states that cannot be written as it is.
var errNotPlain = errors.New("explore: states must be plain bytes, without padding, for any store but Exact and for a directory")

// openJournal prepares the directory of a search, and fills the search with what is there.
func (s *search[S, A]) openJournal() (err error) {
	j := &journal[S]{dir: s.o.Dir}
	if j.lock, err = lockDir(j.dir, s.o.Resume); err != nil {
		return err
	}
	if !s.o.Resume {
		if err := mustBeNew(context.Background(), DirStorage(j.dir)); err != nil {
			j.lock.Close()
			return err
		}
	}
	name := filepath.Join(j.dir, journalName)
	var m *manifest
	if s.o.Resume {
		if m, _, err = readManifest(context.Background(), DirStorage(j.dir), s.o.identity()); err == nil {
			j.file, err = os.OpenFile(name, os.O_RDWR, 0)
		}
	} else {
		j.file, err = os.Create(name)
	}
	if err == nil && m != nil {
		if err = s.reload(j, m); err != nil {
			s.count, s.next, s.levels, s.counts = 0, 0, nil, counts[S]{} // what is there is not to be trusted
			s.violations, s.witnesses = noneFound[S](len(s.violations)), noneFound[S](len(s.witnesses))
			err = fmt.Errorf("%s: %w", name, err)
		}
	}
	if err != nil {
		j.close()
		return err
	}
	j.w = bufio.NewWriterSize(j.file, 1<<20)
	s.journal = j
	return nil
}

// close gives the files back. What counts of them was made safe by the last checkpoint.
func (j *journal[S]) close() {
	j.file.Close()
	j.lock.Close()
}

// record writes the fresh candidates of c into the journal.
func (s *search[S, A]) record(c *chunk[S]) (reason string) {
	if s.journal == nil {
		return ""
	}
	for i := range c.meta {
		if c.meta[i].place == 0 {
			continue
		}
		if err := s.journal.add(c.meta[i].parent, &c.states[i]); err != nil {
			return s.fail(err)
		}
	}
	return ""
}

func (j *journal[S]) add(parent uint32, x *S) error {
	j.buf = binary.LittleEndian.AppendUint32(j.buf[:0], parent)
	j.buf = appendDelta(j.buf, bytesOf(x), bytesOf(&j.last))
	j.last = *x
	j.crc = crc32.Update(j.crc, castagnoli, j.buf)
	j.size += int64(len(j.buf))
	_, err := j.w.Write(j.buf)
	return err
}

// checkpoint makes the levels that are complete safe.
func (s *search[S, A]) checkpoint() (reason string) {
	j := s.journal
	if j == nil {
		return ""
	}
	err := j.w.Flush()
	if err == nil && !s.o.tune.noSync {
		err = j.file.Sync()
	}
	if err == nil {
		m := &manifest{Identity: s.o.identity(), Distinct: uint64(s.count), Levels: s.sizesUntil(s.next),
			Violations: saveFound(s.violations), Witnesses: saveFound(s.witnesses), Elapsed: s.elapsed(), Log: &savedFile{j.size, j.crc}}
		if s.next == s.count {
			m.Levels = append(m.Levels, 0)
		}
		s.counts.save(&m.savedCounts)
		err = m.write(j.dir, s.o.tune.noSync)
	}
	if err != nil {
		return s.fail(err)
	}
	return ""
}

// sizesUntil are the numbers of states of each level; the last one begins at number last, if there is one.
func (s *search[S, A]) sizesUntil(last uint32) (sizes []uint64) {
	starts := s.levels
	if last < s.count && (len(starts) == 0 || starts[len(starts)-1] != last) {
		starts = append(starts[:len(starts):len(starts)], last)
	}
	for i, lo := range starts {
		hi := s.count
		if i+1 < len(starts) {
			hi = starts[i+1]
		}
		sizes = append(sizes, uint64(hi-lo))
	}
	return sizes
}

// reload fills the store with the states of the journal.
func (s *search[S, A]) reload(j *journal[S], m *manifest) error {
	if m.Log == nil || len(m.Levels) == 0 {
		return errors.New("the manifest does not tell what is valid of it")
	}
	s.before = m.Elapsed
	for _, n := range m.Levels[:len(m.Levels)-1] {
		s.levels = append(s.levels, s.next)
		s.next += uint32(n)
	}
	r := bufio.NewReaderSize(io.TeeReader(io.LimitReader(j.file, m.Log.Bytes), (*crcWriter)(&j.crc)), 1<<20)
	for uint64(s.count) < m.Distinct {
		if err := s.reloadSome(j, r, m.Distinct-uint64(s.count)); err != nil {
			return err
		}
	}
	if _, err := r.Peek(1); err != io.EOF || j.crc != m.Log.CRC {
		return errors.New("the file is damaged: its checksum or its length is not what the manifest says")
	}
	j.size = m.Log.Bytes
	if err := j.file.Truncate(j.size); err != nil {
		return err
	}
	if _, err := j.file.Seek(j.size, io.SeekStart); err != nil {
		return err
	}
	return errors.Join(s.counts.load(&m.savedCounts), loadFound(s.violations, m.Violations), loadFound(s.witnesses, m.Witnesses))
}

type crcWriter uint32

func (c *crcWriter) Write(p []byte) (int, error) {
	*c = crcWriter(crc32.Update(uint32(*c), castagnoli, p))
	return len(p), nil
}

// reloadSome reads a chunk of states, at most n.
func (s *search[S, A]) reloadSome(j *journal[S], r *bufio.Reader, n uint64) error {
	c := &s.chunks[0]
	c.reset()
	most := 4 + packedMost(int(unsafe.Sizeof(j.last)))
	for range min(n, uint64(s.o.tune.chunk)) {
		rec, err := r.Peek(most)
		if err != nil && err != io.EOF {
			return err
		}
		if len(rec) < 4 {
			return io.ErrUnexpectedEOF
		}
		used := applyDelta(bytesOf(&j.last), rec[4:])
		if used < 0 {
			return errors.New("the file is damaged: what follows is not a packed state")
		}
		c.states = append(c.states, j.last)
		c.meta = append(c.meta, candidate{print: s.hash.sum(&j.last), parent: binary.LittleEndian.Uint32(rec)})
		if _, err := r.Discard(4 + used); err != nil {
			return err
		}
	}
	if !s.store.commit(c) {
		return errors.New("the search does not fit into the memory that it may use")
	}
	if c.fresh() != uint32(len(c.meta)) {
		return errors.New("the file is damaged: a state comes twice")
	}
	s.count += c.fresh()
	s.store.release(min(s.next, s.count))
	return nil
}
