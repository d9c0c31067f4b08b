package advise

import (
	"context"
	"io"

	"github.com/tcpcheck/tcpcheck/internal/cli/premises"
	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

// relax reports which premises the guarantees need that hold with these settings.
func (ad *options) relax(ctx context.Context, gs []hosts.Guarantee, mine hosts.Settings, stdout, stderr io.Writer) error {
	asker := hosts.Asker{Set: ad.set}
	var list []premises.Sentence
	for _, g := range gs {
		answer, err := asker.Ask(ctx, g, mine)
		if err != nil {
			return err
		}
		if asked, ok := g.Asked(answer); ok {
			list = append(list, premises.Sentence{Asked: asked, Text: g.Words, Found: true})
		}
	}
	return premises.Ask(ctx, "advise", list, ad.set, ad.json, stdout, stderr)
}
