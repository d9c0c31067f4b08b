package explore

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"io/fs"
	"sync"
)

// Numbers in files are big-endian, so that the order of bytes is that of fingerprints.
const printSize = 16

// blockSize is how much is read or written at a time.
const blockSize = 1 << 16

// recordBytes is the size of a fingerprint in a sorted file, with its parent's or without.
func recordBytes(parents bool) int64 {
	if parents {
		return 2 * printSize
	}
	return printSize
}

// partitionOf is the partition of a fingerprint, of so many that its top bits name them.
func partitionOf(p print, bits int) int { return int(p.hi >> (64 - bits)) }

func appendPrint(b []byte, p print) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, p.hi), p.lo)
}

func getPrint(b []byte) print {
	_ = b[printSize-1]
	return print{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

// storedFile is what the manifest says of a file. One without anything in it has no name, and is not there.
type storedFile struct {
	Name string `json:"name,omitempty"`
	savedFile
}

var blocks = sync.Pool{New: func() any { return new([blockSize]byte) }}

// output is a file that is being written. It is there once something is in it.
type output struct {
	ctx     context.Context
	files   Storage
	name    string
	durable bool

	w     io.WriteCloser
	block *[blockSize]byte
	n     int // bytes in the block,
	added int // and how many of them Bytes and CRC account for
	storedFile
}

func (o *output) write(b []byte) error {
	if o.w == nil {
		w, err := o.files.Create(o.ctx, o.name, o.durable)
		if err != nil {
			return err
		}
		o.w, o.block, o.Name = w, blocks.Get().(*[blockSize]byte), o.name
	}
	for len(b) > 0 {
		n := copy(o.block[o.n:], b)
		b = b[n:]
		if o.n += n; o.n == blockSize {
			if err := o.flush(); err != nil {
				return err
			}
		}
	}
	return nil
}

// add accounts for all that was written up to here.
func (o *output) add() {
	if o.n > o.added {
		b := o.block[o.added:o.n]
		o.Bytes += int64(len(b))
		o.CRC = crc32.Update(o.CRC, castagnoli, b)
		o.added = o.n
	}
}

// flush writes the block.
func (o *output) flush() error {
	if o.n == 0 {
		return nil
	}
	o.add()
	b := o.block[:o.n]
	o.n, o.added = 0, 0
	_, err := o.w.Write(b)
	return err
}

// close ends the file. After an error the file does not count, whatever is in it.
func (o *output) close() error {
	if o.w == nil {
		return nil
	}
	err := o.flush()
	if e := o.w.Close(); err == nil {
		err = e
	}
	blocks.Put(o.block)
	o.w = nil
	return err
}

// input is a file, or a section of one, that is being read from its beginning to its end. Its checksum is compared before
// the last block is shown.
type input struct {
	where string // for messages
	file  StoredFile
	block []byte
	at, n int   // what is left of the block
	left  int64 // bytes that are not yet in the block
	crc   uint32
	want  uint32
}

// openFile opens a whole file as the manifest describes it.
func openFile(ctx context.Context, files Storage, f storedFile) (*input, error) {
	return openSection(ctx, files, f.Name, f.Bytes, 0, f.savedFile)
}

// openSection opens a part of a file of size bytes.
func openSection(ctx context.Context, files Storage, name string, size, offset int64, part savedFile) (*input, error) {
	in := &input{where: files.String() + "/" + name, left: part.Bytes, want: part.CRC}
	if part.Bytes == 0 {
		return in, nil
	}
	f, err := files.Open(ctx, name, offset)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, in.damaged("it is missing, and the manifest lists it")
	case err != nil:
		return nil, fmt.Errorf("%s: %w", in.where, err)
	case f.Size() != size:
		f.Close()
		return nil, in.damaged(fmt.Sprintf("it has %d bytes, and should have %d", f.Size(), size))
	}
	in.file, in.block = f, blocks.Get().(*[blockSize]byte)[:]
	return in, nil
}

// done reports that nothing is left.
func (in *input) done() bool { return in.at == in.n && in.left == 0 }

// peek shows the next n bytes and perhaps more, or those that are left.
func (in *input) peek(n int) ([]byte, error) {
	if in.n-in.at < n && in.left > 0 {
		if err := in.fill(n); err != nil {
			return nil, err
		}
	}
	return in.block[in.at:in.n], nil
}

// fill reads the next block.
func (in *input) fill(n int) error {
	to := in.block
	if n > len(to) {
		to = make([]byte, n) // for great states
	}
	in.n = copy(to, in.block[in.at:in.n])
	in.block, in.at = to, 0
	b := in.block[in.n:min(int64(len(to)), int64(in.n)+in.left)]
	if _, err := io.ReadFull(in.file, b); err != nil {
		if err == io.EOF || err == io.ErrUnexpectedEOF {
			return in.damaged("it is too short")
		}
		return fmt.Errorf("%s: %w", in.where, err)
	}
	in.crc = crc32.Update(in.crc, castagnoli, b)
	in.n += len(b)
	if in.left -= int64(len(b)); in.left == 0 && in.crc != in.want {
		return in.damaged("its checksum is not what the manifest says")
	}
	return nil
}

// DamagedError says that a file of a search is not what was written.
type DamagedError struct{ where, how string }

// Error names the file.
func (e *DamagedError) Error() string { return e.where + " is damaged: " + e.how }

func (in *input) damaged(how string) error { return &DamagedError{in.where, how} }

func (in *input) close() {
	if in.file != nil {
		in.file.Close()
		if len(in.block) == blockSize {
			blocks.Put((*[blockSize]byte)(in.block))
		}
		in.file, in.block, in.at, in.n = nil, nil, 0, 0
	}
}

// parentOf finds a fingerprint in a sorted file, and returns that of its parent.
func parentOf(ctx context.Context, files Storage, f storedFile, p print) (parent print, err error) {
	var rec [2 * printSize]byte
	read := func(i int64) error {
		r, err := files.Open(ctx, f.Name, i*int64(len(rec)))
		if err != nil {
			return err
		}
		defer r.Close()
		_, err = io.ReadFull(r, rec[:])
		return err
	}
	lo, hi := int64(0), f.Bytes/int64(len(rec))
	for lo < hi {
		mid := (lo + hi) / 2
		if err := read(mid); err != nil {
			return parent, fmt.Errorf("%s/%s: %w", files, f.Name, err)
		}
		switch here := getPrint(rec[:]); {
		case here == p:
			return getPrint(rec[printSize:]), nil
		case here.less(p):
			lo = mid + 1
		default:
			hi = mid
		}
	}
	return parent, &DamagedError{fmt.Sprintf("%s/%s", files, f.Name), "a state is missing"}
}
