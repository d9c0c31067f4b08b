package hazards

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/tcpcheck/tcpcheck/explore"
	"github.com/tcpcheck/tcpcheck/internal/render/diagram"
	"github.com/tcpcheck/tcpcheck/model"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// noted looks for arrows of the endpoint's diagram that Figure 5 mentions only in its notes, or draws
// since RFC 1122 asked for them; pairs are from and to. It is seen if all of them are there.
func noted(pairs ...model.State) Look {
	return func(ctx context.Context, c model.Config) (bool, string, error) {
		d := diagram.Diagram{}
		d.AddCalls(c)
		for _, sc := range diagram.Rich(c) {
			reason, err := d.Add(ctx, sc, explore.Options[netfake.State, netfake.Action]{})
			if err != nil {
				return false, "", err
			}
			if reason != "" {
				return false, "", errors.New(strings.TrimSpace(reason))
			}
		}
		var counts [diagram.Undrawn + 1]int
		found := map[[2]model.State]bool{}
		for _, e := range d.Edges() {
			counts[e.Kind]++
			found[[2]model.State{e.From, e.To}] = true
		}
		text := fmt.Sprintf("%d arrows of Figure 5, %d of its notes and erratum 8710, %d of neither", counts[diagram.Drawn], counts[diagram.Noted], counts[diagram.Undrawn])
		for i := 0; i < len(pairs); i += 2 {
			if !found[[2]model.State{pairs[i], pairs[i+1]}] {
				return false, fmt.Sprintf("no arrow from %v to %v; %s", pairs[i], pairs[i+1], text), nil
			}
		}
		return true, text, nil
	}
}

// hearsAnyRst looks for a SEQ with which a RST that acknowledges our SYN does not end SYN-SENT.
func hearsAnyRst(_ context.Context, c model.Config) (bool, string, error) {
	t, _ := model.Step(c, model.TCB{}, model.Event{Kind: model.OpenActive, Remote: true, Iss: netfake.BaseA})
	seqs := []model.Seq{0, 1, netfake.BaseA, netfake.BaseB, 1 << 31, 1<<31 - 1, ^model.Seq(0)}
	for _, seq := range seqs {
		rst := model.Segment{Seq: seq, Ack: netfake.BaseA + 1, Flags: model.RST | model.ACK}
		if after, _ := model.Step(c, t, model.Event{Kind: model.SegmentArrives, Seg: rst}); after.State != model.Closed {
			return true, fmt.Sprintf("%v is not heard in SYN-SENT", rst), nil
		}
	}
	return false, fmt.Sprintf("%d numbers, all heard", len(seqs)), nil
}
