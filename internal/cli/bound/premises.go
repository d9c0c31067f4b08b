package bound

import (
	"context"
	"io"

	"github.com/tcpcheck/tcpcheck/internal/cli/premises"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/properties/bounds"
)

// relax reports which premises each question with a safe value needs.
func (m *options) relax(ctx context.Context, questions []bounds.Bound, stdout, stderr io.Writer) error {
	show, done := terminal.Progress(stderr)
	defer done()
	m.set.Progress, m.set.MaxMem = show, uint64(m.mem)
	var list []premises.Sentence
	for _, q := range questions {
		if asked, ok := q.Asked(); ok {
			list = append(list, premises.Sentence{Asked: asked, Text: q.Sentence(), Needs: q.Needs})
		}
	}
	return premises.Ask(ctx, "bound", list, m.set, m.json, stdout, stderr)
}
