package scenario

import _ "embed"

//go:embed example.toml
var example string

// Example returns a scenario file with comments.  It shows most keys, and can be run.
func Example() string { return example }
