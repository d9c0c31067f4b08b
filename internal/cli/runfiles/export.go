package runfiles

import (
	"fmt"
	"io"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/render/export"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// Exporter writes the runs that a command draws as files for other tools. The first run goes to the
// named file; later ones go to files beside it, with numbers.
type Exporter struct {
	Pcap, Packetdrill, at string
	Pictures
	written int
}

func (e *Exporter) Flags(f *pflag.FlagSet) {
	e.Pictures.Flags(f)
	flags.Group(f, flags.Output, func(f *pflag.FlagSet) {
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
	if err := e.Pictures.Check(false); err != nil {
		return err
	}
	files := []flags.File{{Flag: "--pcap", Name: e.Pcap}, {Flag: "--packetdrill", Name: e.Packetdrill}}
	for _, f := range files {
		if f.Name == "-" {
			return exit.Usagef("%s -: expected a file", f.Flag)
		}
	}
	return flags.Outputs(files)
}

// Export writes one run to all files. A script that does not reproduce the run is written, and is an error.
func (e *Exporter) Export(sys *netfake.System, run []netfake.Transition, name string, o ladder.Options) error {
	if err := e.Draw(sys, run, name, o); err != nil {
		return err
	}
	e.written++
	point, me := export.AtWire, netfake.A
	if e.at != "" {
		point = export.Point(e.at)
	}
	if point == export.AtB {
		me = netfake.B
	}
	file := numbered(e.Pcap, e.written)
	if err := flags.WriteTo(file, "--pcap", nil, func(w io.Writer) error { return export.Pcap(w, run, point) }); err != nil {
		return err
	}
	file = numbered(e.Packetdrill, e.written)
	if err := flags.WriteTo(file, "--packetdrill", nil, func(w io.Writer) error { return export.Packetdrill(w, sys, run, me) }); err != nil {
		return exit.Usagef("--packetdrill %s: %v", file, err)
	}
	return nil
}

// Nothing reports that a requested file was not written because there was no run.
func (e *Exporter) Nothing(w io.Writer) {
	for _, file := range []string{e.Pcap, e.Packetdrill, e.Picture} {
		if file != "" && e.written+e.drawn == 0 {
			fmt.Fprintf(w, "\nNothing was written to %s: there is no run.\n", file)
		}
	}
}
