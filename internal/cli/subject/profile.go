package subject

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

// Profile has the flags for the settings of a real system, for the commands that take a scenario.
type Profile struct {
	profile string
	sysctls []string
	notes   []string // how they changed the scenario
}

func (p *Profile) flags(f *pflag.FlagSet) {
	f.StringVar(&p.profile, "profile", "", "both hosts have the default settings of this `system`: "+strings.Join(hosts.Names(), ", ")+"; other flags are applied after it")
	f.StringArrayVar(&p.sysctls, "sysctl", nil, "a setting of the profile, `name=value` (may be repeated; advise --list lists them)")
}

// Apply changes a scenario to the settings of the profile, and keeps notes for TellProfile.
func (p *Profile) Apply(sc *netfake.Scenario) error {
	if p.profile == "" {
		if len(p.sysctls) > 0 {
			return exit.Usagef("--sysctl %s: expected --profile as well: %s", p.sysctls[0], strings.Join(hosts.Names(), ", "))
		}
		return nil
	}
	host, err := hosts.ByName(p.profile)
	if err != nil {
		return exit.Usagef("--profile: %v", err)
	}
	s, changes, err := host.With(p.sysctls)
	if err != nil {
		return exit.Usagef("--sysctl: %v", err)
	}
	p.notes = s.Apply(sc)
	for _, c := range changes {
		if c.Setting.Omits != "" {
			p.notes = append(p.notes, c.Setting.Name+", not modelled: "+c.Setting.Omits)
		}
	}
	return nil
}

// TellProfile prints how the profile changed the scenario, and what of it is not modelled.
func (p *Profile) TellProfile(w io.Writer) {
	for _, line := range p.notes {
		fmt.Fprintf(w, "profile %s: %s\n", p.profile, line)
	}
}
