package explore

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
)

// The manifest is written again in each step. So that it stays small in a search with many levels and partitions, it lists
// the files of the last level only. The files of an earlier level are listed in a file of their own.

// listLevel writes the list of the last level, which will be an earlier one, and returns all lists.
func (d *disk[S, A]) listLevel(ctx context.Context) ([]storedFile, error) {
	text, err := json.Marshal(d.saved.Prints)
	if err != nil {
		return nil, err
	}
	w := output{ctx: ctx, files: d.files, name: fileName("level", d.task("", 0, 0), newAttempt()), durable: true}
	err = w.write(text)
	if e := w.close(); err == nil {
		err = e
	}
	return append(slices.Clone(d.saved.Earlier), w.storedFile), err
}

// levelPrints returns the files with the fingerprints of a level, one for each partition.
func (s *savedDisk) levelPrints(ctx context.Context, files Storage, level int) (list []storedFile, err error) {
	if level == len(s.Earlier) {
		return slices.Clone(s.Prints), nil
	}
	in, err := openFile(ctx, files, s.Earlier[level])
	if err != nil {
		return nil, err
	}
	defer in.close()
	text, err := in.peek(int(s.Earlier[level].Bytes))
	if err == nil && (json.Unmarshal(text, &list) != nil || len(list) != s.Partitions) {
		err = in.damaged(fmt.Sprintf("it does not list %d files", s.Partitions))
	}
	return list, err
}
