package claims

import (
	"context"
	"io"

	"github.com/tcpcheck/tcpcheck/internal/cli/premises"
	"github.com/tcpcheck/tcpcheck/properties/claims"
)

// relax reports which premises a corrected sentence needs, if a complete search shows it.
func (c *options) relax(ctx context.Context, w, stderr io.Writer, chosen []claims.Claim) error {
	var list []premises.Sentence
	for _, claim := range chosen {
		for _, x := range claim.Asked() {
			list = append(list, premises.Sentence{Asked: x.Asked, Text: x.Piece.Sentence(), Needs: x.Piece.Needs})
		}
	}
	return premises.Ask(ctx, "claims", list, c.set.Settings, c.json, w, stderr)
}
