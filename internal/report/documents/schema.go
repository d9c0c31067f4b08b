// Package documents has the documents of commands that deal with captures, real hosts and stacks, and the JSON Schema
// of all documents.
package documents

import (
	"encoding"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/tcpcheck/tcpcheck/conform"
	"github.com/tcpcheck/tcpcheck/internal/capture"
	"github.com/tcpcheck/tcpcheck/internal/report"
)

// documents are what each command can print with --json. Of capture and packetdrill each line is one.
var documents = map[string][]report.Document{
	"advise":      {&Advice{}, &Profiles{}, &report.Premises{}},
	"bound":       {&report.Bounds{}, &report.Premises{}},
	"capture":     {&Connection{}, &CaptureSummary{}},
	"certify":     {&report.Certified{}},
	"claims":      {&report.Claims{}, &report.Premises{}},
	"compare":     {&Comparison{}},
	"conform":     {&Conformance{}, &Situations{}, &Changes{}},
	"explore":     {&report.Exploration{}, &Keys{}},
	"hazards":     {&report.Hazards{}, &report.Premises{}},
	"matrix":      {&report.Matrix{}},
	"mutants":     {&report.Mutants{}},
	"packetdrill": {&Script{}, &ScriptSummary{}},
	"replay":      {&report.Replay{}},
	"saturate":    {&report.Saturations{}},
	"simulate":    {&report.Simulation{}},
	"survey":      {&report.Survey{}},
	"verify":      {&report.Theorems{}, &report.TheoremList{}, &report.Premises{}},
	"why":         {&report.Explanation{}},
}

// Commands are the commands that have a schema, in order.
func Commands() (names []string) {
	for name := range documents {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// object is a JSON object of a schema.
type object = map[string]any

// Schema is the JSON Schema (draft 2020-12) of what a command prints, or of what all print if none is named.
func Schema(commands ...string) map[string]any {
	if len(commands) == 0 {
		commands = Commands()
	}
	g := generator{object{}}
	any := []object{g.of(reflect.TypeFor[report.Error]())}
	for _, name := range commands {
		for _, doc := range documents[name] {
			t := reflect.TypeOf(doc).Elem()
			any = append(any, object{"allOf": []object{g.of(t), {"properties": object{"command": object{"const": name}}}}})
		}
	}
	return object{"$schema": "https://json-schema.org/draft/2020-12/schema", "title": fmt.Sprintf("tcpcheck --json, version %d", report.Version),
		"anyOf": any, "$defs": g.defs}
}

// generator makes schemas of Go types; structs with a name are definitions.
type generator struct{ defs object }

// written are the types that write themselves as something else.
var written = map[reflect.Type]reflect.Type{
	reflect.TypeFor[capture.States](): reflect.TypeFor[[]string](),
	reflect.TypeFor[conform.Line]():   reflect.TypeFor[conform.LineJSON](),
}

func (g generator) of(t reflect.Type) object {
	if as, ok := written[t]; ok {
		return g.of(as)
	}
	if t.Implements(reflect.TypeFor[encoding.TextMarshaler]()) {
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Pointer:
		return g.of(t.Elem())
	case reflect.String:
		return object{"type": "string"}
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.Float64:
		return object{"type": "number"}
	case reflect.Slice, reflect.Array:
		return object{"type": "array", "items": g.of(t.Elem())}
	case reflect.Map:
		return object{"type": "object", "additionalProperties": g.of(t.Elem())}
	case reflect.Struct:
		return g.structure(t)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return object{"type": "integer", "minimum": 0}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return object{"type": "integer"}
	}
	panic("BUG: no schema for " + t.String())
}

func (g generator) structure(t reflect.Type) object {
	name := t.Name()
	if pkg := t.PkgPath(); name != "" && !strings.HasPrefix(pkg, reflect.TypeFor[report.Head]().PkgPath()) {
		name = pkg[strings.LastIndex(pkg, "/")+1:] + "." + name
	}
	if _, ok := g.defs[name]; ok && name != "" {
		return object{"$ref": "#/$defs/" + name}
	}
	properties, required := object{}, []string{}
	if name != "" {
		g.defs[name] = nil // it may have itself as a part
	}
	for _, f := range reflect.VisibleFields(t) {
		tag, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if f.Anonymous || !f.IsExported() || tag == "-" {
			continue
		}
		if tag == "" {
			tag = f.Name
		}
		properties[tag] = g.of(f.Type)
		if tag == "schemaVersion" {
			properties[tag] = object{"const": report.Version}
		}
		if options == "" {
			required = append(required, tag)
		}
	}
	s := object{"type": "object", "properties": properties, "required": required, "additionalProperties": false}
	if name == "" {
		return s
	}
	g.defs[name] = s
	return object{"$ref": "#/$defs/" + name}
}
