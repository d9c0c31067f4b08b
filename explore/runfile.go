package explore

import (
	"context"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
)

// A run file is what one expansion found: the successors, sorted, one section for each partition and each time that the
// memory was full. An index follows, one row for each partition: where its sections begin, their sizes and checksums, and
// the checksum of the row and of the name of the file.
const (
	indexEntry = 8 + 8 + 4
	rowSeal    = 4
)

// runFile is what the manifest says of a run file.
type runFile struct {
	Name   string `json:"name,omitempty"`
	Bytes  int64  `json:"bytes"`
	Spills int    `json:"spills"` // how many sections each partition has
}

func (f runFile) rowBytes() int64 { return int64(f.Spills)*indexEntry + rowSeal }

// section is a part of a run file.
type section struct {
	offset int64
	savedFile
}

// runWriter writes a run file.
type runWriter struct {
	out   output
	index [][]section // by spill and partition
	bits  int
	buf   []byte
}

// spill writes what the sorter has, and empties it.
func (w *runWriter) spill(ctx context.Context, s *sorter) error {
	if s.n() == 0 {
		return nil
	}
	if err := s.sort(ctx); err != nil {
		return err
	}
	list := make([]section, 1<<w.bits)
	w.index = append(w.index, list)
	last := print{}
	at := -1
	end := func() {
		if w.out.add(); at >= 0 {
			list[at].savedFile = savedFile{w.out.Bytes - list[at].offset, w.out.CRC}
		}
		w.out.CRC = 0
	}
	for _, r := range s.order {
		e := &s.entries[r.at]
		if e.p == last {
			continue // with a parent that has a greater fingerprint
		}
		last = e.p
		if part := partitionOf(e.p, w.bits); part != at {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			end()
			at = part
			list[at].offset = w.out.Bytes
		}
		w.buf = appendPrint(appendPrint(w.buf[:0], e.p), e.parent)
		w.buf = append(w.buf, s.state(r.at)...)
		if err := w.out.write(w.buf); err != nil {
			return err
		}
	}
	end()
	s.empty()
	return nil
}

// finish writes the index.
func (w *runWriter) finish() (runFile, error) {
	f := runFile{Spills: len(w.index)}
	for part := 0; part < 1<<w.bits && f.Spills > 0; part++ {
		row := w.buf[:0]
		for _, list := range w.index {
			row = binary.BigEndian.AppendUint64(row, uint64(list[part].offset))
			row = binary.BigEndian.AppendUint64(row, uint64(list[part].Bytes))
			row = binary.BigEndian.AppendUint32(row, list[part].CRC)
		}
		w.buf = binary.BigEndian.AppendUint32(row, rowChecksum(w.out.name, row))
		if err := w.out.write(w.buf); err != nil {
			return f, err
		}
	}
	err := w.out.close()
	f.Name, f.Bytes = w.out.Name, w.out.Bytes
	return f, err
}

func rowChecksum(name string, row []byte) uint32 {
	return crc32.Update(crc32.Checksum([]byte(name), castagnoli), castagnoli, row)
}

// openRun opens the sections of a run file for one partition.
func openRun(ctx context.Context, files Storage, f runFile, part, bits int) (list []*input, err error) {
	if f.Spills == 0 {
		return nil, nil
	}
	size := f.rowBytes()
	offset := f.Bytes - size*int64(1<<bits-part)
	// The row has its own checksum, at its end.
	in, err := openSection(ctx, files, f.Name, f.Bytes, offset, savedFile{Bytes: size})
	if err != nil {
		return nil, err
	}
	defer in.close()
	row := make([]byte, size)
	if _, err := io.ReadFull(in.file, row); err != nil {
		return nil, fmt.Errorf("%s: %w", in.where, err)
	}
	entries, seal := row[:size-rowSeal], binary.BigEndian.Uint32(row[size-rowSeal:])
	if rowChecksum(f.Name, entries) != seal {
		return nil, in.damaged("the checksum of its index is not what it says")
	}
	for ; len(entries) > 0; entries = entries[indexEntry:] {
		s := section{int64(binary.BigEndian.Uint64(entries)), savedFile{int64(binary.BigEndian.Uint64(entries[8:])), binary.BigEndian.Uint32(entries[16:])}}
		if s.Bytes == 0 {
			continue
		}
		in, err := openSection(ctx, files, f.Name, f.Bytes, s.offset, s.savedFile)
		if err != nil {
			return list, err
		}
		list = append(list, in)
	}
	return list, nil
}
