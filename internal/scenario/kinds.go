package scenario

import (
	"slices"

	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

func whole[T ~int | ~uint8 | ~uint16 | ~uint32](path string, lo, hi int64, at func(*File) *T) key {
	return key{path: path, kind: integer, min: lo, max: hi,
		get: func(f *File) any { return int64(*at(f)) },
		set: func(f *File, v any) { *at(f) = T(v.(int64)) }}
}

func budgetOf(path string, at func(*File) *int) key {
	k := whole(path, 0, 255, at)
	k.kind = budget
	k.get = func(f *File) any {
		if *at(f) == netfake.Unlimited {
			return unlimited
		}
		return int64(*at(f))
	}
	return k
}

func flag(path string, at func(*File) *bool) key {
	return key{path: path, kind: boolean,
		get: func(f *File) any { return *at(f) },
		set: func(f *File, v any) { *at(f) = v.(bool) }}
}

func choice[T ~uint8](path string, names []string, at func(*File) *T) key {
	return key{path: path, kind: word, names: names,
		get: func(f *File) any { return names[*at(f)] },
		set: func(f *File, v any) { *at(f) = T(slices.Index(names, v.(string))) }}
}

func policy(p model.Policy, at func(*File) *model.Config) key {
	return key{path: "tcp." + p.Name, kind: word, names: p.Values, means: p.Means,
		get: func(f *File) any { return p.Values[p.Get(*at(f))] },
		set: func(f *File, v any) {
			i, _ := p.Index(v.(string))
			p.Set(at(f), i)
		}}
}

func mutant(at func(*File) *model.Mutant) key {
	var names []string
	for _, m := range model.Mutants {
		names = append(names, m.Name)
	}
	return choice("tcp.mutant", names, at)
}

func segmentList(path string, at func(*File) *[]netfake.Packet) key {
	return key{path: path, kind: segments,
		get: func(f *File) any {
			list := []string{}
			for _, p := range *at(f) {
				list = append(list, formatSegment(f, p))
			}
			return list
		},
		set: func(f *File, v any) {
			*at(f) = nil
			for _, s := range v.([]string) {
				p, _ := parseSegment(s)
				*at(f) = append(*at(f), p)
			}
		}}
}

// texts are words that nothing in the table of keys restricts.
func texts(path string, at func(*File) *[]string) key {
	return key{path: path, kind: words,
		get: func(f *File) any { return *at(f) },
		set: func(f *File, v any) { *at(f) = append([]string(nil), v.([]string)...) }} // nil if there is none
}

func watch(names []string) (w netfake.Fault) {
	for _, name := range names {
		f, _ := netfake.ParseFault(name)
		w |= f
	}
	return w
}

func offsets(choices []uint8) []int64 {
	list := []int64{}
	for _, c := range choices {
		list = append(list, int64(c))
	}
	return list
}

func choices(list []int64) (cs []uint8) {
	for _, n := range list {
		cs = append(cs, uint8(n))
	}
	return cs
}
