package conform

import (
	"context"
	"fmt"
	"slices"
)

// replayScripts carries out the scripts of the table: an entry that its own script does not show no longer happens, whatever
// the walks may meet.
func (c *checker) replayScripts(ctx context.Context) error {
	for i := range c.table.Deviations {
		d := &c.table.Deviations[i]
		if d.steps == nil || ctx.Err() != nil {
			continue
		}
		if err := c.replayScript(d); err != nil {
			return fmt.Errorf("script of %s: %w", d.Name, err)
		}
	}
	return nil
}

// replayScript notes whether the script shows the entry, and the shortest that is found by leaving out steps of it.
func (c *checker) replayScript(d *Deviation) error {
	s, shows, err := c.replay(d, d.steps)
	if err != nil {
		return err
	}
	if !shows {
		for _, i := range s.news() {
			c.report.add("the script of "+d.Name, s.script[:i+1], true)
		}
		c.report.Unused = append(c.report.Unused, Unused{Name: d.Name})
		return nil
	}
	c.noteUses(s, false) // the shortest script can show something else
	steps := d.steps
	for i := 0; i < len(steps)-1; {
		less := slices.Delete(slices.Clone(steps), i, i+1)
		shorter, shows, err := c.replay(d, less)
		switch {
		case err != nil:
			return err
		case shows:
			steps, s, i = less, shorter, 0
		default:
			i++
		}
	}
	c.noteUses(s, false)
	return nil
}

// replay carries out the steps on a new connection. They show the entry if it covers what the last of them does.
func (c *checker) replay(d *Deviation, steps []Step) (s *session, shows bool, err error) {
	s, end, err := c.session()
	if err != nil {
		return nil, false, err
	}
	defer end()
	for _, step := range steps {
		done, err := s.do(step)
		if err != nil {
			return nil, false, err
		}
		if !done || s.over {
			break
		}
	}
	taken := lastLine(s.script) + 1
	s.script = s.script[:taken]
	return s, taken > 0 && len(stepsOf(s.script)) == len(steps) && s.script[taken-1].Entry == d.Name, nil
}

// lastLine is the last line of a script that is a step of its own; -1 if there is none.
func lastLine(script []Line) int {
	for i := len(script) - 1; i >= 0; i-- {
		if !script[i].sync {
			return i
		}
	}
	return -1
}
