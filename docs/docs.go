// Package docs holds the documents, for the parts of the program that read or show them.
package docs

import "embed"

// Requirements is REQUIREMENTS.md.
//
//go:embed REQUIREMENTS.md
var Requirements string

// Stacks has the tables of known differences in conform/stacks, as JSON.
//
//go:embed stacks.json
var Stacks []byte

// Files has all documents, the manual and its pictures.
//
//go:embed *.md manual pictures
var Files embed.FS
