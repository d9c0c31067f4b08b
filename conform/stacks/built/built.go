// Package built tells of which version of a module a function of this program is.
package built

import (
	"reflect"
	"runtime"
	"strings"
)

// Version is that of the module of a function: "v0.3.2" if its source lies in github.com/soypat/lneto@v0.3.2/tcp, and
// "(devel)" if it lies in no versioned directory. The compiler records the place, so that a test binary knows it, too, which
// has no list of modules.
func Version(function any) string {
	f := runtime.FuncForPC(reflect.ValueOf(function).Pointer())
	if f == nil {
		return "(devel)"
	}
	file, _ := f.FileLine(f.Entry())
	_, version, found := strings.Cut(file, "@")
	version, _, _ = strings.Cut(version, "/")
	if !found || version == "" {
		return "(devel)"
	}
	return version
}
