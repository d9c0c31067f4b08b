package hazards

import (
	"context"
	"io"

	"github.com/tcpcheck/tcpcheck/internal/cli/premises"
	"github.com/tcpcheck/tcpcheck/properties/hazards"
)

// relax tells of each thing that makes a danger go which premises it rests on.
func (z *options) relax(ctx context.Context, w, stderr io.Writer, chosen []hazards.Hazard) error {
	var list []premises.Sentence
	for _, h := range chosen {
		asked, err := h.Asked()
		if err != nil {
			return err
		}
		for _, x := range asked {
			list = append(list, premises.Sentence{Asked: x.Asked, Text: x.Exhibit.Sentence(), Needs: x.Exhibit.Needs})
		}
	}
	return premises.Ask(ctx, list, z.set, z.json, w, stderr)
}
