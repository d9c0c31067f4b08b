package explore

import "context"

// Small makes the units of work so small that a system of a few states is searched in parallel.
func Small[S comparable, A any](o Options[S, A]) Options[S, A] {
	return Fine(o)
}

// Colliding is Small with four tags in each of four shards for all states there are.
func Colliding[S comparable, A any](o Options[S, A]) Options[S, A] {
	o = Small(o)
	o.tune.mask = 0xc000_0000_0000_0003
	return o
}

// Mix is what makes the seeds of a walk from that of all walks.
func Mix(x uint64) uint64 { return mix(x) }

// Sketched estimates how many different states there are among some.
func Sketched[S comparable](states []S) uint64 {
	hash := newSketchHasher[S]()
	var k sketch
	for i := range states {
		k.add(hash.sum(&states[i]).hi)
	}
	return k.estimate()
}

// PrintOf is the fingerprint of a state as files have it.
func PrintOf[S comparable](x S) []byte { return appendPrint(nil, printOf(&x)) }

// HastyDir is [DirStorage], and does not wait until files are safe from a loss of power.
func HastyDir(dir string) Storage { return &dirStorage{dir, true} }

// Quick does not wait until files are safe from a loss of power.
func Quick[S comparable, A any](o Options[S, A]) Options[S, A] {
	o.setDefaults()
	o.tune.noSync = true
	return o
}

// Sorted puts pairs of a fingerprint and that of a parent in the order of a run.
func Sorted(pairs [][2][2]uint64) (list [][2][2]uint64) {
	var s sorter
	for _, p := range pairs {
		s.add(print{p[0][0], p[0][1]}, print{p[1][0], p[1][1]}, nil, nil)
	}
	if err := s.sort(context.Background()); err != nil {
		panic(err)
	}
	for _, r := range s.order {
		list = append(list, pairs[r.at])
	}
	return list
}
