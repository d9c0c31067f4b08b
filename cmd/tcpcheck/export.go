package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/render/export"
	"github.com/tcpcheck/tcpcheck/netfake"
)

// exporter writes the runs that a command draws for other tools: the first to the file, others beside it, numbered.
type exporter struct {
	pcap, packetdrill, at string
	written               int
}

func (e *exporter) flags(f *pflag.FlagSet) {
	f.StringVar(&e.pcap, "pcap", "", "write the run as a capture (pcapng) to `file`; a second run to file-2, and so on")
	f.StringVar(&e.packetdrill, "packetdrill", "", "write the run as a packetdrill script to `file`; a second run to file-2, and so on")
	f.StringVar(&e.at, "at", "", "where the run is seen: A, B, or (captures only) wire; unless given, a capture at the wire, a script at A")
}

func (e *exporter) check() error {
	if e.at != "" {
		at, err := export.ParsePoint(e.at)
		switch {
		case err != nil:
			return usagef("--at: %v", err)
		case at == export.AtWire && e.packetdrill != "":
			return usagef("--at wire: found with --packetdrill, expected the endpoint under test, A or B")
		case e.pcap == "" && e.packetdrill == "":
			return usagef("--at %s: expected with --pcap or --packetdrill", e.at)
		}
	}
	for _, f := range []struct{ flag, file string }{{"--pcap", e.pcap}, {"--packetdrill", e.packetdrill}} {
		if f.file == "-" {
			return usagef("%s -: expected a file", f.flag)
		}
		if err := writable(f.file, f.flag); err != nil {
			return err
		}
	}
	return nil
}

// export writes one run. A script that does not bring it about is written, and is an error.
func (e *exporter) export(sys *netfake.System, run []netfake.Action) error {
	e.written++
	point, me := export.AtWire, netfake.A
	if e.at != "" {
		point = export.Point(e.at)
	}
	if point == export.AtB {
		me = netfake.B
	}
	file := e.numbered(e.pcap)
	if err := writeTo(file, "--pcap", nil, func(w io.Writer) error { return export.Pcap(w, sys, run, point) }); err != nil {
		return err
	}
	file = e.numbered(e.packetdrill)
	if err := writeTo(file, "--packetdrill", nil, func(w io.Writer) error { return export.Packetdrill(w, sys, run, me) }); err != nil {
		return usagef("--packetdrill %s: %v", file, err)
	}
	return nil
}

// numbered is the name of the file for the run at hand.
func (e *exporter) numbered(name string) string {
	if name == "" || e.written == 1 {
		return name
	}
	ext := filepath.Ext(name)
	return fmt.Sprintf("%s-%d%s", strings.TrimSuffix(name, ext), e.written, ext)
}

// nothing says that a file that was asked for was not written, since there was no run.
func (e *exporter) nothing(w io.Writer) {
	for _, file := range []string{e.pcap, e.packetdrill} {
		if file != "" && e.written == 0 {
			fmt.Fprintf(w, "\nNothing was written to %s: there is no run.\n", file)
		}
	}
}
