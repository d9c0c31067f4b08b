// Package docs holds the documents that the program itself reads.
package docs

import _ "embed"

// Requirements is REQUIREMENTS.md.
//
//go:embed REQUIREMENTS.md
var Requirements string
