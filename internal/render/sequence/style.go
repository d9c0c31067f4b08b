package sequence

import "github.com/tcpcheck/tcpcheck/model"

// style is what a mark means. It decides the colour.
type style int

const (
	stylePaper style = iota
	styleInk
	styleQuiet
	styleFaint
	styleAlarm
	styleOld
	styleForged
	styleOnBar // a text on a bar
	styleState // and the states after it, in the order of the model
)

// look is the name of a style, and its colours on light and on dark paper.
type look struct{ name, light, dark string }

// looks are of Okabe and Ito's palette where colours have a meaning, darker where text has to be read.
var looks = [styleState + model.NumStates]look{
	stylePaper:  {"paper", "#ffffff", "#15181c"},
	styleInk:    {"ink", "#1c1f24", "#e8eaed"},
	styleQuiet:  {"quiet", "#4a5058", "#b4bac2"},
	styleFaint:  {"faint", "#c3c8ce", "#464c54"},
	styleAlarm:  {"alarm", "#b83c00", "#ff9a5c"},
	styleOld:    {"old", "#0064a5", "#6dbdf2"},
	styleOnBar:  {"on-bar", "#1c1f24", "#0c0e10"},
	styleForged: {"forged", "#a03a75", "#ee9cc8"},

	// One ramp: nothing (grey), opening (blue), open (green), closing (yellow to orange), waiting (purple).
	styleState + style(model.Closed):      {"closed", "#b4b9bf", "#757d86"},
	styleState + style(model.Listen):      {"listen", "#cfe6f6", "#4a7592"},
	styleState + style(model.SynSent):     {"syn-sent", "#8fcbf0", "#4b96c4"},
	styleState + style(model.SynReceived): {"syn-received", "#56b4e9", "#62b3e4"},
	styleState + style(model.Established): {"established", "#009e73", "#11a67c"},
	styleState + style(model.FinWait1):    {"fin-wait-1", "#e69f00", "#c98d08"},
	styleState + style(model.FinWait2):    {"fin-wait-2", "#f3c55f", "#9a7424"},
	styleState + style(model.CloseWait):   {"close-wait", "#f0e442", "#b5ab2a"},
	styleState + style(model.Closing):     {"closing", "#d98545", "#b0642b"},
	styleState + style(model.LastAck):     {"last-ack", "#d55e00", "#cf6a1b"},
	styleState + style(model.TimeWait):    {"time-wait", "#cc79a7", "#b3618f"},
}

type anchor int

const (
	start anchor = iota
	middle
	end
)

// point is a place in pixels; y grows downwards.
type point struct{ x, y float64 }

// mark is one thing that is drawn: a line, an area, or a text.
type mark struct {
	step  int // of the run, from 1; 0 belongs to none
	style style
	at    []point // one for a text
	area  bool
	wide  float64   // of a line
	dash  []float64 // of a line

	text       string
	size       float64
	mono, bold bool
	anchor     anchor
	angle      float64 // in degrees, clockwise
}

// The width of a letter as a part of its size: of the monospaced font, and an upper bound for the mean of the other.
const (
	monoLetter = 0.602
	letter     = 0.56
)
