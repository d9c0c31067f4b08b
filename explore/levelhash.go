package explore

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
)

// LevelHashes returns a hash of each level of a search with [Disk], the level of the initial states first: the SHA-256 of the
// fingerprints of its states, each followed by that of its parent, in ascending order. Two searches with the same hashes have found
// the same states by the same runs, in however many partitions and on however many machines. All files are read and compared with
// their checksums.
func LevelHashes(ctx context.Context, files Storage) (list []string, err error) {
	m, _, err := loadManifest(ctx, files)
	if err != nil {
		return nil, err
	}
	for level, n := range m.Levels {
		hash := sha256.New()
		prints, err := m.Disk.levelPrints(ctx, files, level)
		if err != nil {
			return nil, err
		}
		for _, f := range prints {
			in, err := openFile(ctx, files, f)
			if err != nil {
				return nil, err
			}
			for !in.done() {
				b, err := in.peek(1)
				if err != nil {
					in.close()
					return nil, err
				}
				hash.Write(b)
				in.at += len(b)
			}
			in.close()
		}
		if n > 0 {
			list = append(list, hex.EncodeToString(hash.Sum(nil)))
		}
	}
	return list, nil
}
