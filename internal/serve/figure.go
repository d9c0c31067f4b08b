package serve

import (
	"bytes"
	"net/http"

	"github.com/tcpcheck/tcpcheck/internal/render/diagram"
	"github.com/tcpcheck/tcpcheck/internal/render/picture"
	"github.com/tcpcheck/tcpcheck/model"
)

// figure draws Figure 5 of RFC 9293 with the places of both endpoints: a and b are their states, or "CLOSED again".
func (s *server) figure(w http.ResponseWriter, r *http.Request) {
	var states [2]model.State
	var before [2]bool
	for side, name := range []string{r.FormValue("a"), r.FormValue("b")} {
		if before[side] = name == closedAgain; before[side] {
			name = model.Closed.String()
		}
		st, ok := model.ParseState(name)
		if !ok {
			refuse(w, http.StatusUnprocessableEntity, "expected the states of A and B, as in ?a=LISTEN&b=CLOSED")
			return
		}
		states[side] = st
	}
	var b bytes.Buffer
	if err := picture.Write(&b, diagram.Places(states, before), "svg"); err != nil {
		panic("BUG: " + err.Error())
	}
	w.Header().Set("Cache-Control", "private, max-age=3600")
	svg(w, b.Bytes())
}

// closedAgain is the place of an endpoint whose connection has ended.
const closedAgain = "CLOSED again"
