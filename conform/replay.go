package conform

import (
	"context"
	"fmt"
	"slices"
)

// replayScripts carries out the scripts of the table. If the script of an entry does not show it, the entry does not
// happen any more, even if a walk needs it.
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

// replayScript records whether the script shows the entry, and the shortest script that results if steps are left out.
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

// replay carries out the steps on a new connection. They show the entry if it covers the difference of the last step.
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

// lastLine is the index of the last line of a script that was not made only to find out where the stack is, or -1.
func lastLine(script []Line) int {
	for i := len(script) - 1; i >= 0; i-- {
		if !script[i].sync {
			return i
		}
	}
	return -1
}
