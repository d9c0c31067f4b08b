// genmutants writes model/mutants_generated.go: the methods of the model's machine with all
// mutants of the table model.Mutants in them, each behind its condition. It reads the source of
// the package, so it also works when the generated file is missing or out of date.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

const generated = "mutants_generated.go"

func main() {
	text, err := generate(".")
	if err == nil {
		err = os.WriteFile(generated, text, 0o666)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "genmutants:", err)
		os.Exit(1)
	}
}

// generate returns the generated file for the package in a directory.
func generate(dir string) ([]byte, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.go"))
	if err != nil {
		return nil, err
	}
	var p source
	for _, file := range files {
		if filepath.Base(file) == generated {
			continue
		}
		if err := p.read(file); err != nil {
			return nil, err
		}
	}
	if err := p.locate(); err != nil {
		return nil, err
	}
	return p.twin()
}
