package flags

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/netfake"
	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

// profiledScenario is a profile with settings as flags of the commands that take a scenario.
type Profile struct {
	profile string
	sysctls []string
	notes   []string // what has become of them in the scenario
}

func (p *Profile) flags(f *pflag.FlagSet) {
	f.StringVar(&p.profile, "profile", "", "both hosts are of this system: "+strings.Join(hosts.Names(), ", ")+";\nother flags come on top")
	f.StringArrayVar(&p.sysctls, "sysctl", nil, "a setting of the profile, `name=value` (may be repeated; advise --list)")
}

// Apply puts the profile into a scenario, and keeps what became of it for tellProfile.
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
		if c.Knob.Omits != "" {
			p.notes = append(p.notes, c.Knob.Name+" leaves out: "+c.Knob.Omits)
		}
	}
	return nil
}

// TellProfile says on stderr what the profile has become, and what is left out.
func (p *Profile) TellProfile(w io.Writer) {
	for _, line := range p.notes {
		fmt.Fprintf(w, "profile %s: %s\n", p.profile, line)
	}
}
