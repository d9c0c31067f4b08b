package scenario

import (
	"reflect"
	"strings"
	"testing"
)

// Each key that had another name once means the same under it, in a file and on a command line.
func TestFormerKeysAreRead(t *testing.T) {
	for old, now := range former {
		found := 0
		for i := range keys {
			k := &keys[i]
			if k.path[strings.LastIndex(k.path, ".")+1:] != now || strings.HasPrefix(k.path, "B.") {
				continue
			}
			found++
			path := k.path[:len(k.path)-len(now)] + old
			value := "1"
			if k.kind == boolean {
				value = "true"
			}
			want, wantErr := Parse("f", []byte(k.path+" = "+value+"\n"), nil)
			got, err := Parse("f", []byte(path+" = "+value+"\n"), nil)
			if (err == nil) != (wantErr == nil) || !reflect.DeepEqual(got, want) {
				t.Errorf("%s is not read as %s: %v, %v", path, k.path, err, wantErr)
			}
			a, b := Default(), Default()
			if a.Set(path, value) != nil || b.Set(k.path, value) != nil || !reflect.DeepEqual(a, b) {
				t.Errorf("--set %s is not --set %s", path, k.path)
			}
			both := k.path + " = " + value + "\n" + path + " = " + value + "\n"
			if _, err := Parse("f", []byte(both), nil); err == nil || !strings.Contains(err.Error(), path+": found an unknown key") {
				t.Errorf("%s beside %s: found %v, expected that it is refused", path, k.path, err)
			}
		}
		if found == 0 {
			t.Errorf("no key has the name %s", now)
		}
	}
}
