package netfake

// What the tests from outside, which the twin cannot be imported into this package for, draw their scenarios with.
var (
	DrawScenario = drawScenario
	Walk         = walk
	Often        = often
	Seldom       = seldom
)
