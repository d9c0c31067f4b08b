package flags

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/render/export"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Exporter writes the runs that a command draws as files for other tools. The first run goes to the
// named file; later ones go to files beside it, with numbers.
type Exporter struct {
	Pcap, Packetdrill, at string
	written               int
}

func (e *Exporter) Flags(f *pflag.FlagSet) {
	Group(f, Output, func(f *pflag.FlagSet) {
		f.StringVar(&e.Pcap, "pcap", "", "write the run as a capture (pcapng) to `file`; a second run goes to file-2, and so on")
		f.StringVar(&e.Packetdrill, "packetdrill", "", "write the run as a packetdrill script to `file`; a second run goes to file-2, and so on")
		f.StringVar(&e.at, "at", "", "the `place` from which the run is seen: A, B, or (for captures) wire; default: wire for a capture, A for a script")
	})
}

func (e *Exporter) Check() error {
	if e.at != "" {
		at, err := export.ParsePoint(e.at)
		switch {
		case err != nil:
			return exit.Usagef("--at: %v", err)
		case at == export.AtWire && e.Packetdrill != "":
			return exit.Usagef("--at wire: found with --packetdrill, expected the endpoint under test, A or B")
		case e.Pcap == "" && e.Packetdrill == "":
			return exit.Usagef("--at %s: expected with --pcap or --packetdrill", e.at)
		}
	}
	files := []File{{"--pcap", e.Pcap}, {"--packetdrill", e.Packetdrill}}
	for _, f := range files {
		if f.Name == "-" {
			return exit.Usagef("%s -: expected a file", f.Flag)
		}
	}
	return Outputs(files)
}

// Export writes one run. A script that does not reproduce the run is written, and is an error.
func (e *Exporter) Export(sys *netfake.System, run []netfake.Transition) error {
	e.written++
	point, me := export.AtWire, netfake.A
	if e.at != "" {
		point = export.Point(e.at)
	}
	if point == export.AtB {
		me = netfake.B
	}
	file := e.numbered(e.Pcap)
	if err := WriteTo(file, "--pcap", nil, func(w io.Writer) error { return export.Pcap(w, run, point) }); err != nil {
		return err
	}
	file = e.numbered(e.Packetdrill)
	if err := WriteTo(file, "--packetdrill", nil, func(w io.Writer) error { return export.Packetdrill(w, sys, run, me) }); err != nil {
		return exit.Usagef("--packetdrill %s: %v", file, err)
	}
	return nil
}

// numbered returns the name of the file for the current run.
func (e *Exporter) numbered(name string) string {
	if name == "" || e.written == 1 {
		return name
	}
	ext := filepath.Ext(name)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), e.written, ext)
}

// Nothing reports that a requested file was not written because there was no run.
func (e *Exporter) Nothing(w io.Writer) {
	for _, file := range []string{e.Pcap, e.Packetdrill} {
		if file != "" && e.written == 0 {
			fmt.Fprintf(w, "\nNothing was written to %s: there is no run.\n", file)
		}
	}
}
