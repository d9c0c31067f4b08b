package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/tcpcheck/tcpcheck/internal/study"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/claims"
	"github.com/tcpcheck/tcpcheck/properties/hazards"
	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

// tellCells prints what was found about the premises of one question, and what its sentence does not say of it.
func tellCells(w io.Writer, r properties.Rests) {
	var not []string
	for _, c := range r.Cells {
		p, _ := properties.PremiseByName(c.Premise)
		switch c.Need {
		case properties.Needed:
			steps := count(c.Steps, "step")
			if c.Loop > 0 {
				steps += fmt.Sprintf(", and %d again and again", c.Loop)
			}
			fmt.Fprintf(w, "  %-28s needed: %s (%s)\n", c.Premise, p.Text, steps)
		case properties.Open:
			fmt.Fprintf(w, "  %-28s open: %d states seen (%s)\n", c.Premise, c.Distinct, c.Reason)
		default:
			not = append(not, c.Premise)
		}
	}
	fmt.Fprintf(w, "  not needed: %s\n", wrap(strings.Join(not, ", "), 96, "    "))
	for _, bad := range []struct {
		what  string
		names []string
	}{{"needed, and the sentence does not name it", r.Unsaid()}, {"named, and not known to be needed", r.Unneeded()}} {
		if len(bad.names) > 0 {
			fmt.Fprintf(w, "  NOT as expected: %s: %s\n", bad.what, strings.Join(bad.names, ", "))
		}
	}
	fmt.Fprintln(w)
}

// sentence is a question that is no theorem, with the sentence that is printed of it.
type sentence struct {
	properties.Asked
	text  string
	needs []string // the premises that the text names
	found bool     // nothing is known of its premises before: the text gets those that are found
}

// relax asks each question without each premise of the catalogue that applies, and prints what is needed. Each search
// ends past as many states as those did from which the sentences have their premises, unless set says otherwise.
func relax(ctx context.Context, list []sentence, set properties.Settings, asJSON bool, w, stderr io.Writer) error {
	if len(list) == 0 {
		return usagef("--premises: found nothing that is VERIFIED, expected a question with an answer that can rest on premises")
	}
	if set.MaxStates == 0 {
		set.MaxStates = properties.PinnedStates
	}
	var all []jsonRests
	status := exitOK
	for _, s := range list {
		cells, err := s.Question.Cells(ctx, properties.PinnedPremises(), set)
		if ctx.Err() != nil {
			fmt.Fprintf(stderr, "interrupted in %s\n", s.Name)
			return exitError{exitIncomplete, ""}
		}
		if err != nil {
			return usagef("%s: %v", s.Name, err)
		}
		if s.found {
			s.needs = properties.NeededOf(cells)
			s.text = properties.Provided(s.text, s.needs)
		}
		r := properties.Rests{Theorem: properties.Theorem{Name: s.Name, Needs: s.needs}, Cells: cells}
		status = worse(status, restsStatus(r))
		if asJSON {
			one := jsonPremises([]properties.Rests{r})[0]
			one.Statement = s.text
			all = append(all, one)
			continue
		}
		fmt.Fprintf(w, "%s\n    %s\n", s.Name, wrap(s.text, 96, "    "))
		tellCells(w, r)
	}
	if asJSON {
		if err := encodeJSON(w, all); err != nil {
			return err
		}
	}
	if status != exitOK {
		return exitError{status, ""}
	}
	return nil
}

// relax tells of each question that has a safe value which premises that rests on.
func (m *measurer) relax(ctx context.Context, questions []study.Bound, stdout, stderr io.Writer) error {
	show, done := progress(stderr)
	defer done()
	m.set.Progress, m.set.MaxMem = show, uint64(m.mem)
	var list []sentence
	for _, q := range questions {
		if asked, ok := q.Asked(); ok {
			list = append(list, sentence{Asked: asked, text: q.Sentence(), needs: q.Needs})
		}
	}
	return relax(ctx, list, m.set, m.json, stdout, stderr)
}

// relax tells of each thing that makes a danger go which premises it rests on.
func (z *hazarder) relax(ctx context.Context, w, stderr io.Writer, chosen []hazards.Hazard) error {
	var list []sentence
	for _, h := range chosen {
		asked, err := h.Asked()
		if err != nil {
			return err
		}
		for _, x := range asked {
			list = append(list, sentence{Asked: x.Asked, text: x.Exhibit.Sentence(), needs: x.Exhibit.Needs})
		}
	}
	return relax(ctx, list, z.set, z.json, w, stderr)
}

// relax tells of what would be right, where that is a search to the end, which premises it rests on.
func (c *claimer) relax(ctx context.Context, w, stderr io.Writer, chosen []claims.Claim) error {
	var list []sentence
	for _, claim := range chosen {
		for _, x := range claim.Asked() {
			list = append(list, sentence{Asked: x.Asked, text: x.Piece.Sentence(), needs: x.Piece.Needs})
		}
	}
	return relax(ctx, list, c.set.Settings, c.json, w, stderr)
}

// relax tells of the guarantees that hold with these settings which premises they rest on.
func (ad *adviser) relax(ctx context.Context, gs []hosts.Guarantee, mine hosts.Settings, stdout, stderr io.Writer) error {
	asker := hosts.Asker{Set: ad.set}
	var list []sentence
	for _, g := range gs {
		answer, err := asker.Ask(ctx, g, mine)
		if err != nil {
			return err
		}
		if asked, ok := g.Asked(answer); ok {
			list = append(list, sentence{Asked: asked, text: g.Words, found: true})
		}
	}
	return relax(ctx, list, ad.set, ad.json, stdout, stderr)
}
