package figures

import (
	"embed"
	"path"
	"strings"
	"sync"

	"github.com/tcpcheck/tcpcheck/model"
)

//go:embed scripts/*.txt
var files embed.FS

// All is every script of this package, in the order of their names.
func All() []Script { return all() }

// ByName finds a script.
func ByName(name string) (Script, bool) {
	for _, s := range all() {
		if s.Name == name {
			return s, true
		}
	}
	return Script{}, false
}

var all = sync.OnceValue(func() []Script {
	entries, err := files.ReadDir("scripts")
	if err != nil {
		panic("BUG: " + err.Error())
	}
	var scripts []Script
	for _, e := range entries {
		text, err := files.ReadFile(path.Join("scripts", e.Name()))
		if err != nil {
			panic("BUG: " + err.Error())
		}
		s, err := Parse(strings.TrimSuffix(e.Name(), ".txt"), string(text))
		if err != nil {
			panic("BUG: " + err.Error())
		}
		scripts = append(scripts, s)
	}
	return scripts
})

// Killers names the scripts that a mutant of the model does not follow.
func Killers(m model.Mutant) []string {
	var names []string
	for _, s := range All() {
		err := s.Run(func(c model.Config) model.Config { c.Mutant = m; return c })
		if err != nil {
			names = append(names, s.Name)
		}
	}
	return names
}
