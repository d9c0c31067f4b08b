package report

import (
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
)

// What bound --json prints.
type (
	Bound struct {
		Topic    string   `json:"topic"`
		Name     string   `json:"name"`
		Asks     string   `json:"asks"`
		Needs    []string `json:"needs"` // the premises of the catalogue that the least safe value rests on
		Knob     string   `json:"knob"`
		Axes     []string `json:"axes"`
		Counts   []string `json:"counts"`
		Premises []string `json:"premises"` // of the first point
		Points   []Point  `json:"points"`
		Fits     []Fit    `json:"fits"`
		Expected string   `json:"expected,omitempty"`
	}
	Point struct {
		At       []int         `json:"at"`
		Finding  string        `json:"finding"` // least, none, not-exhausted
		Least    *int          `json:"least,omitempty"`
		Why      string        `json:"why,omitempty"`
		Expected bool          `json:"asExpected"`
		Tried    []Attempt     `json:"tried"`
		Run      []ladder.Step `json:"run,omitempty"` // with the largest value that is too small
	}
	Attempt struct {
		Value    int     `json:"value"`
		Verdict  string  `json:"verdict"`
		Violated string  `json:"violated,omitempty"`
		Steps    int     `json:"steps,omitempty"`
		Distinct uint64  `json:"distinct"`
		Seconds  float64 `json:"seconds"`
	}
	Fit struct {
		Where      string `json:"where,omitempty"`
		Formula    string `json:"formula,omitempty"`
		Determined bool   `json:"determined"`
		Points     int    `json:"points"`
		Spare      int    `json:"spare"`
		Continuous string `json:"continuous,omitempty"`
	}
)
