package conform

import (
	"time"

	"github.com/tcpcheck/tcpcheck/model"
)

// SetPatience changes how long a program that was started with Exec may take for an answer.
func SetPatience(p Peer, d time.Duration) { p.(*client).patience = d }

// SetStep plants a fault in a stack that Machine made: step takes the place of model.Step.
func SetStep(p Peer, step func(model.Config, model.TCB, model.Event) (model.TCB, model.Output)) {
	p.(*machine).conn.Step = step
}
