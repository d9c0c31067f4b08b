package flags

import "github.com/tcpcheck/tcpcheck/internal/cli/exit"

// mostDrawn is how many nodes can be drawn in a useful time and size.
const mostDrawn = 2000

// Drawable refuses to draw a graph that is too large, or to write it for Graphviz. If file is "", nothing is written.
func Drawable(file string, nodes int, force bool) error {
	if file == "" || force || nodes <= mostDrawn {
		return nil
	}
	return exit.Usagef("%d nodes are more than can be drawn well: expected at most %d, or --force. "+
		`"graph folded" merges states, "graph joint" with --around or --along draws a part, --max-depth searches less`, nodes, mostDrawn)
}
