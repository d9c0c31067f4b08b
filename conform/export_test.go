package conform

import "time"

// SetPatience changes how long a program that was started with Exec may take for an answer.
func SetPatience(p Peer, d time.Duration) { p.(*client).patience = d }
