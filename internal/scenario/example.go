package scenario

import _ "embed"

//go:embed example.toml
var example string

// Example returns a scenario file with comments that shows most keys, and can be run.
func Example() string { return example }
