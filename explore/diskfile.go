package explore

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"io"
	"os"
	"sort"
)

// Numbers in files are big-endian, so that the order of bytes is that of fingerprints.
const printSize = 16

// recordBytes is the size of a fingerprint in a sorted file, with its parent's or without.
func recordBytes(parents bool) int64 {
	if parents {
		return 2 * printSize
	}
	return printSize
}

func partitionOf(p print) int { return int(p.hi >> (64 - partitionBits)) }

func appendPrint(b []byte, p print) []byte {
	return binary.BigEndian.AppendUint64(binary.BigEndian.AppendUint64(b, p.hi), p.lo)
}

func getPrint(b []byte) print {
	return print{binary.BigEndian.Uint64(b), binary.BigEndian.Uint64(b[8:])}
}

// diskFile is a file with what is known of it.
type diskFile struct {
	name string
	savedFile
}

// output is a file that is being written.  It is there once something is in it.
type output struct {
	name string
	f    *os.File
	w    *bufio.Writer
	savedFile
}

func (o *output) write(b []byte) (err error) {
	if o.f == nil {
		if o.f, err = os.Create(o.name); err != nil {
			return err
		}
		o.w = bufio.NewWriterSize(o.f, 1<<16)
	}
	o.Bytes += int64(len(b))
	o.CRC = crc32.Update(o.CRC, castagnoli, b)
	_, err = o.w.Write(b)
	return err
}

// close ends the file, and makes it safe unless it is not to be kept.
func (o *output) close(hasty bool) error {
	if o.f == nil {
		return nil
	}
	err := o.w.Flush()
	if err == nil && !hasty {
		err = o.f.Sync()
	}
	if e := o.f.Close(); err == nil {
		err = e
	}
	return err
}

// input is a file that is being read from its beginning to its end.
type input struct {
	name string
	f    *os.File
	r    *bufio.Reader
	left int64
	crc  uint32
	want *savedFile // nil if nobody knows
}

// open opens a file of which so much must be valid, or all of it if want is nil.  One without anything in it need not
// be there.
func open(name string, want *savedFile) (*input, error) {
	if want != nil && want.Bytes == 0 {
		return &input{name: name}, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err == nil && want != nil && info.Size() != want.Bytes {
		err = fmt.Errorf("%s is damaged: it has %d bytes, and should have %d", name, info.Size(), want.Bytes)
	}
	if err != nil {
		f.Close()
		return nil, err
	}
	return &input{name: name, f: f, r: bufio.NewReaderSize(f, 1<<16), left: info.Size(), want: want}, nil
}

// peek shows the next n bytes, or those that are left.
func (in *input) peek(n int) ([]byte, error) {
	if in.left == 0 {
		return nil, nil
	}
	b, err := in.r.Peek(int(min(int64(n), in.left)))
	if err != nil {
		return nil, fmt.Errorf("%s: %w", in.name, err)
	}
	return b, nil
}

// skip goes past n bytes that were peeked at.
func (in *input) skip(n int) error {
	if in.want != nil {
		b, _ := in.r.Peek(n)
		in.crc = crc32.Update(in.crc, castagnoli, b)
	}
	in.left -= int64(n)
	if _, err := in.r.Discard(n); err != nil {
		return fmt.Errorf("%s: %w", in.name, err)
	}
	if in.left == 0 && in.want != nil && in.crc != in.want.CRC {
		return in.damaged("its checksum is not what the manifest says")
	}
	return nil
}

func (in *input) damaged(how string) error { return fmt.Errorf("%s is damaged: %s", in.name, how) }

func (in *input) close() {
	if in.f != nil {
		in.f.Close()
	}
}

// parentOf finds a fingerprint in a sorted file, and returns that of its parent.
func parentOf(name string, f savedFile, p print) (parent print, err error) {
	file, err := os.Open(name)
	if err != nil {
		return parent, err
	}
	defer file.Close()
	var rec [2 * printSize]byte
	n := int(f.Bytes / int64(len(rec)))
	at := sort.Search(n, func(i int) bool {
		if _, e := file.ReadAt(rec[:], int64(i)*int64(len(rec))); e != nil {
			err = e
		}
		return !getPrint(rec[:]).less(p)
	})
	if err == nil && at < n {
		_, err = file.ReadAt(rec[:], int64(at)*int64(len(rec)))
	}
	if err != nil && err != io.EOF {
		return parent, fmt.Errorf("%s: %w", name, err)
	}
	if at == n || getPrint(rec[:]) != p {
		return parent, fmt.Errorf("%s is damaged: a state is missing", name)
	}
	return getPrint(rec[printSize:]), nil
}
