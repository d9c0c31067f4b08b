package hazards

import (
	"context"
	"io"

	"github.com/tcpcheck/tcpcheck/internal/cli/premises"
	"github.com/tcpcheck/tcpcheck/properties/hazards"
)

// relax reports which premises each prevention needs.
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
	return premises.Ask(ctx, "hazards", list, z.set, z.json, w, stderr)
}
