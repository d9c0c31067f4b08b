package conform

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

// Pin returns the text of a table with what this check saw of its entries: want and got with numbers, and count, the
// number of pairs. Nothing else is changed, and nothing of entries that only walks show: another seed can show other
// numbers. A stack with a real clock has no count, because its answers can be late.
func (r *Report) Pin(text string) (string, error) {
	uses := map[string]*EntryUse{}
	for i := range r.Entries {
		uses[r.Entries[i].Name] = &r.Entries[i]
	}
	head, blocks := entriesOf(text)
	for i, block := range blocks {
		var t struct {
			Deviation []Deviation `toml:"deviation"`
		}
		if err := toml.Unmarshal([]byte(block), &t); err != nil || len(t.Deviation) != 1 {
			return "", fmt.Errorf("entry %d of the table: expected one [[deviation]], got %w", i+1, err)
		}
		if u := uses[t.Deviation[0].Name]; u != nil && u.Pairs > 0 {
			blocks[i] = u.pinned(block, r.Virtual)
		}
	}
	return head + strings.Join(blocks, ""), nil
}

// entriesOf splits a table before each [[deviation]].
func entriesOf(text string) (head string, blocks []string) {
	const begin = "[[deviation]]"
	parts := strings.Split("\n"+text, "\n"+begin)
	head = strings.TrimPrefix(parts[0], "\n")
	for i, part := range parts[1:] {
		if i < len(parts)-2 {
			part += "\n"
		}
		blocks = append(blocks, begin+part)
	}
	if len(blocks) > 0 && head != "" {
		head += "\n"
	}
	return head, blocks
}

// pinned is the text of an entry with its keys want, got and count as they were seen.
func (u *EntryUse) pinned(block string, counted bool) string {
	keys := map[string]string{"count": ""}
	if u.Pairs > 0 && counted {
		keys["count"] = fmt.Sprintf("count = %d\n", u.Pairs)
	}
	if slices.Contains(u.Differs, differsSends) {
		var want []string
		for _, l := range u.lines {
			if x := l.Want.flags(); !slices.Contains(want, x) {
				want = append(want, x)
			}
		}
		slices.Sort(want)
		keys["want"], keys["got"] = tomlList("want", want), tomlList("got", draftSent(u.lines))
		if wrong := wrongsOf(u.lines); wrong != nil {
			keys["wrong"] = tomlList("wrong", wrong)
		}
		if sendsAsTheModel(u.lines) {
			keys["want"], keys["got"] = "", ""
		}
	}
	return replaceKeys(block, keys)
}

// tomlList writes a key with a list of words, on one line if that is short.
func tomlList(key string, list []string) string {
	quoted := make([]string, len(list))
	for i, x := range list {
		quoted[i] = fmt.Sprintf("%q", x)
	}
	if line := fmt.Sprintf("%s = [%s]\n", key, strings.Join(quoted, ", ")); len(line) <= 120 {
		return line
	}
	return fmt.Sprintf("%s = [\n    %s,\n]\n", key, strings.Join(quoted, ",\n    "))
}

// replaceKeys replaces each of the keys in the text. New keys are inserted after the key differs.
func replaceKeys(block string, keys map[string]string) string {
	lines := strings.SplitAfter(block, "\n")
	var out []string
	after := 0 // where new keys are inserted
	for i := 0; i < len(lines); i++ {
		key, value, _ := strings.Cut(lines[i], " = ")
		end := i
		if strings.HasPrefix(value, "[") {
			for !strings.Contains(lines[end], "]") && end+1 < len(lines) {
				end++
			}
		}
		text, replaced := keys[key]
		if !replaced {
			out = append(out, lines[i:end+1]...)
		} else if text != "" {
			out = append(out, text)
		}
		delete(keys, key)
		if replaced || key == "differs" {
			after = len(out)
		}
		i = end
	}
	for _, key := range []string{"want", "got", "wrong", "count"} {
		if text := keys[key]; text != "" {
			out = slices.Insert(out, after, text)
			after++
		}
	}
	return strings.Join(out, "")
}
