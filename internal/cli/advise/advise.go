// Package advise is the command that checks the guarantees of a host's settings.
package advise

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/tcpcheck/tcpcheck/internal/cli/exit"
	"github.com/tcpcheck/tcpcheck/internal/cli/flags"
	"github.com/tcpcheck/tcpcheck/internal/cli/runfiles"
	"github.com/tcpcheck/tcpcheck/internal/cli/runs"
	"github.com/tcpcheck/tcpcheck/internal/cli/terminal"
	"github.com/tcpcheck/tcpcheck/internal/prose"
	"github.com/tcpcheck/tcpcheck/internal/render/ladder"
	"github.com/tcpcheck/tcpcheck/internal/report"
	"github.com/tcpcheck/tcpcheck/internal/report/documents"
	"github.com/tcpcheck/tcpcheck/properties"
	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

// New returns the command.
func New() *cobra.Command {
	var ad options
	cmd := &cobra.Command{
		Use:   "advise",
		Short: "Check which guarantees the settings of a host lose, compared with its defaults",
		Long: `advise checks a list of guarantees twice: for two hosts with the default settings of a system, and
for two hosts with your settings. It searches for each answer. A guarantee holds if all reachable
states were searched; it is lost if a run violates it, and --why draws that run.

You give times in seconds; the search counts in ticks, of several lengths. A guarantee that
depends on times is reported as lost only if it is lost with every time rounded in its favour, and
as kept only if it holds with every time rounded against it.

The report is the answer. For each guarantee that your settings lose it says what a user sees, how
likely that is, and what to do instead. --all also prints every guarantee with its reason, a run
that shows a loss, and the premises.

Exit status: 0 if your settings lose nothing that the defaults keep, 1 if they do, 2 for unusable
input, 3 if an answer is missing, or if no search asks about one of your settings.`,
		Example: `  tcpcheck advise --list
  tcpcheck advise --profile linux --sysctl net.ipv4.tcp_rfc1337=1
  tcpcheck advise --sysctl tcp_rfc1337=1 --why comes-again-below
  tcpcheck advise --profile freebsd --sysctl net.inet.tcp.msl=5000 --msl 30s
  sysctl -a | tcpcheck advise --from -
  tcpcheck advise --sysctl SO_LINGER=0 --only delivered,own-text`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) > 0 {
				return exit.Usagef("advise: found %q, expected --sysctl %s", args[0], args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := ad.Pictures.Check(ad.json || ad.list); err != nil {
				return err
			}
			return ad.run(cmd.Context(), cmd.Flags(), cmd.OutOrStdout(), cmd.ErrOrStderr())
		},
	}
	f := cmd.Flags()
	f.StringVar(&ad.profile, "profile", "linux", "the `system`: "+strings.Join(hosts.Names(), ", "))
	f.StringArrayVar(&ad.sysctls, "sysctl", nil, "one of your settings, `name=value` (may be repeated; --list lists them)")
	f.StringVar(&ad.from, "from", "", "read your settings from `file` (-: stdin), as sysctl -a prints them")
	f.DurationVar(&ad.msl, "msl", 0, "how long a segment may live in your network (default: what the system assumes)")
	f.DurationVar(&ad.gives, "peer-gives-up", 0, "how long a peer retransmits its FIN (default: what follows from the settings)")
	f.StringSliceVar(&ad.only, "only", nil, "check only these `guarantees`, separated by commas")
	f.BoolVar(&ad.all, "all", false, "print every guarantee with its reason, the premises, and what your settings mean in the model")
	f.StringVar(&ad.show, "show", "first", "with --all or --only: draw the run that decides a guarantee: its `name`, first (the first one that your settings lose), all (those that are lost), or none")
	f.StringVar(&ad.why, "why", "", "check only this `guarantee`, and say everything about it: its premises, its cost, and the run that decides it")
	f.BoolVar(&ad.list, "list", false, "list the systems, their settings and how each is modelled, and the guarantees; search nothing")
	f.BoolVar(&ad.relaxes, "premises", false, "relax each premise of the guarantees that your settings keep, and report which are needed")
	f.BoolVar(&ad.json, "json", false, "print the report as JSON")
	ad.Pictures.Flags(f)
	flags.Searches(f, &ad.set, 2*time.Minute)
	return cmd
}

type options struct {
	runfiles.Pictures
	profile    string
	sysctls    []string
	from       string
	listed     []string // from there
	unknown    []string // TCP settings there that are not known
	others     int      // lines there about something else
	msl, gives time.Duration
	only       []string
	show       string
	why        string
	list, json bool
	all        bool
	relaxes    bool
	set        properties.Settings
}

// settings returns the settings of the system and those of the operator, with the same premises.
func (ad *options) settings(f *pflag.FlagSet) (p hosts.Profile, mine hosts.Settings, changes []hosts.Change, err error) {
	if p, err = hosts.ByName(ad.profile); err != nil {
		return p, mine, nil, exit.Usagef("--profile: %v", err)
	}
	if ad.from != "" {
		if err := ad.read(p); err != nil {
			return p, mine, nil, err
		}
	}
	if mine, changes, err = p.With(append(ad.listed, ad.sysctls...)); err != nil {
		return p, mine, nil, exit.Usagef("--sysctl: %v", err)
	}
	for _, d := range []struct {
		flag   string
		value  time.Duration
		places []*time.Duration
	}{
		{"msl", ad.msl, []*time.Duration{&p.Settings.MSL, &mine.MSL}},
		{"peer-gives-up", ad.gives, []*time.Duration{&p.Settings.GiveUp, &mine.GiveUp}},
	} {
		if !f.Changed(d.flag) {
			continue
		}
		if d.value < hosts.Shortest {
			return p, mine, nil, exit.Usagef("--%s %v: expected %v or more", d.flag, d.value, hosts.Shortest)
		}
		for _, place := range d.places {
			*place = d.value
		}
	}
	return p, mine, changes, nil
}

func (ad *options) guarantees() (chosen []hosts.Guarantee, err error) {
	all := hosts.Guarantees()
	var names []string
	for _, g := range all {
		names = append(names, g.Name)
		if ad.only == nil || slices.Contains(ad.only, g.Name) {
			chosen = append(chosen, g)
		}
	}
	if ad.why != "" && !slices.Contains(names, ad.why) {
		return nil, flags.Unknown("--why "+ad.why, ad.why, names)
	}
	for _, name := range ad.only {
		if !slices.Contains(names, name) {
			return nil, flags.Unknown("--only "+name, name, names)
		}
	}
	if !slices.Contains(append(names, "first", "all", "none"), ad.show) {
		return nil, exit.Usagef("--show %s: expected first, all, none, or one of %s", ad.show, strings.Join(names, ", "))
	}
	return chosen, nil
}

func (ad *options) run(ctx context.Context, f *pflag.FlagSet, stdout, stderr io.Writer) error {
	p, mine, changes, err := ad.settings(f)
	if err != nil {
		return err
	}
	if ad.why != "" {
		if f.Changed("only") || f.Changed("show") {
			return exit.Usagef("--why %s: expected no --only and no --show beside it", ad.why)
		}
		ad.only, ad.show = []string{ad.why}, ad.why
	}
	gs, err := ad.guarantees()
	if err != nil {
		return err
	}
	if ad.list {
		return listProfiles(stdout, ad.json)
	}
	if asked, _ := split(changes); asked == 0 && ad.short(f) && ad.notAsked(changes) != "" {
		ad.verdict(stdout, nil, changes)
		fmt.Fprintln(stdout, "\nNothing was searched. --list names the settings that searches ask about.")
		return ad.status(ctx, nil, changes)
	}
	show, done := terminal.Progress(stderr)
	ad.set.Progress = show
	if ad.relaxes {
		defer done()
		return ad.relax(ctx, gs, mine, stdout, stderr)
	}
	asker := hosts.Asker{Set: ad.set}
	rows, err := asker.Advise(ctx, gs, p.Settings, mine)
	done()
	if err != nil {
		return err
	}
	if ad.json {
		if err := report.Write(stdout, "advise", adviceOf(p, mine, changes, ad.unknown, rows)); err != nil {
			return err
		}
		return ad.status(ctx, rows, changes)
	}
	ad.verdict(stdout, rows, changes)
	if ad.short(f) {
		ad.summary(stdout, rows, changes)
		return ad.status(ctx, rows, changes)
	}
	ad.table(stdout, rows)
	if err := ad.ladders(stdout, rows); err != nil {
		return err
	}
	ad.premises(stdout, p, mine, changes)
	return ad.status(ctx, rows, changes)
}

// short reports whether the report is the short one.
func (ad *options) short(f *pflag.FlagSet) bool {
	return !ad.all && !ad.json && !ad.relaxes && ad.only == nil && !f.Changed("show")
}

// status returns the exit status: a loss counts even if another answer is missing. A setting of yours that no search asks
// about is a missing answer.
func (ad *options) status(ctx context.Context, rows []hosts.Row, changes []hosts.Change) error {
	unsure := ctx.Err() != nil
	for _, r := range rows {
		if r.Loses() {
			return exit.Status(exit.Violated)
		}
		unsure = unsure || r.Mine.Conclusion == properties.Open || r.Default.Conclusion == properties.Open
	}
	if unsure {
		return exit.With(exit.Incomplete, "not every guarantee was decided")
	}
	if asked, not := split(changes); len(not)+len(ad.unknown) > 0 {
		n := len(not) + len(ad.unknown)
		return exit.With(exit.Incomplete, fmt.Sprintf("no search asks about %d of your %s", n, prose.Count(asked+n, "setting")))
	}
	return nil
}

// split counts the settings that the searches asked about, and names the others.
func split(changes []hosts.Change) (asked int, not []hosts.Change) {
	for _, c := range changes {
		if c.Setting.Asked() {
			asked++
		} else {
			not = append(not, c)
		}
	}
	return asked, not
}

// notAsked says which settings the answers say nothing about, and what those do. It is empty if there is none.
func (ad *options) notAsked(changes []hosts.Change) string {
	asked, not := split(changes)
	if len(not)+len(ad.unknown)+ad.others == 0 {
		return ""
	}
	lines := []string{fmt.Sprintf("Settings that were asked: %d. Not asked: %d known by name, %d unknown. Lines about something else: %d.",
		asked, len(not), len(ad.unknown), ad.others)}
	if len(not) > 0 {
		lines[0] += " The searches say nothing about these:"
	}
	if ad.from == "" && asked == 0 {
		lines[0] = "The searches say nothing about:"
	}
	by := map[string][]string{}
	var order []string
	for _, c := range not {
		if by[c.Setting.Omits] == nil {
			order = append(order, c.Setting.Omits)
		}
		by[c.Setting.Omits] = append(by[c.Setting.Omits], c.Setting.Name)
	}
	lines[0] = prose.Wrap(lines[0], 100, "")
	for _, does := range order {
		lines = append(lines, prose.Wrap("  "+strings.Join(by[does], ", ")+": "+does, 98, "    "))
	}
	if len(ad.unknown) > 0 {
		lines = append(lines, prose.Wrap("  not known: "+strings.Join(ad.unknown, ", "), 98, "    "))
	}
	return strings.Join(lines, "\n")
}

// read takes the settings of --from.
func (ad *options) read(p hosts.Profile) (err error) {
	in := io.Reader(os.Stdin)
	if ad.from != "-" {
		f, err := os.Open(ad.from)
		if err != nil {
			return exit.Usagef("--from: %v: expected a file as sysctl -a prints it", err)
		}
		defer f.Close()
		in = f
	}
	if ad.listed, ad.unknown, ad.others, err = p.Listed(in); err != nil {
		return exit.Usagef("--from %s: %v", ad.from, err)
	}
	if len(ad.listed) == 0 {
		return exit.Usagef("--from %s: found no setting of TCP, expected lines like net.ipv4.tcp_rfc1337 = 0", ad.from)
	}
	return nil
}

// premises prints the hosts, what the settings mean, and what is not modelled.
func (ad *options) premises(w io.Writer, p hosts.Profile, mine hosts.Settings, changes []hosts.Change) {
	fmt.Fprintf(w, "\n%s: two hosts with the same settings; yours closes the connection and opens it again.\n", p.Title)
	before, after := p.Settings.Describe(), mine.Describe()
	for _, line := range after {
		mark := "  "
		if !slices.Contains(before, line) {
			mark = "* "
		}
		fmt.Fprintf(w, "%s%s\n", mark, line)
	}
	for _, c := range changes {
		if !c.Setting.Asked() {
			continue // the end says which were not asked
		}
		fmt.Fprintln(w, prose.Wrap(fmt.Sprintf("* %s=%s: %s", c.Setting.Name, c.Value, c.Setting.Does), 98, "    "))
		if c.Setting.Omits != "" {
			fmt.Fprintf(w, "    %s\n", prose.Wrap("not modelled: "+c.Setting.Omits, 98, "      "))
		}
	}
	for _, line := range hosts.Premises {
		fmt.Fprintf(w, "  %s\n", prose.Wrap(line, 98, "    "))
	}
	for _, line := range p.Omits {
		fmt.Fprintf(w, "  %s\n", prose.Wrap("not modelled: "+line, 98, "    "))
	}
}

// ladders draws the runs that --show names.
func (ad *options) ladders(w io.Writer, rows []hosts.Row) error {
	for _, r := range rows {
		named := ad.show == r.Guarantee.Name
		lost := r.Mine.Conclusion == properties.Fails && (ad.show == "all" || ad.show == "first" && r.Loses())
		if !named && !lost {
			continue
		}
		o := r.Mine.Outcome
		if len(o.Run) == 0 {
			fmt.Fprintf(w, "\n%s\n", prose.Wrap(r.Guarantee.Name+": no run to draw ("+r.Mine.Why+")", 98, "  "))
		} else {
			fmt.Fprintf(w, "\n%s\n", prose.Wrap(r.Guarantee.Name+": "+r.Mine.Why, 98, "  "))
			opt := ladder.Options{Violated: o.Violated, Why: o.Why, Part: o.Part, Legend: ad.Legend, Loop: o.Loop()}
			if o.Why == "" && properties.Meaning(o.Violated) == "" {
				opt.Why = r.Guarantee.Words
			}
			var drawn strings.Builder
			if err := runs.Draw(&drawn, o.System, o.Actions(), opt); err != nil {
				return err
			}
			fmt.Fprint(w, elided(drawn.String()))
			if err := ad.Draw(o.System, o.System.MustReplay(o.Actions()), r.Guarantee.Name, opt); err != nil {
				return err
			}
		}
		if ad.show == "first" {
			break
		}
	}
	return nil
}

// listProfiles prints every system and setting, with its meaning in the model.
func listProfiles(w io.Writer, asJSON bool) error {
	if asJSON {
		return report.Write(w, "advise", &documents.Profiles{Profiles: hosts.Table(), Measured: hosts.MeasuredOnLinux})
	}
	for _, e := range hosts.Table() {
		fmt.Fprintf(w, "%s: %s\n", e.Name, e.Title)
		for _, line := range e.Means {
			fmt.Fprintf(w, "    %s\n", line)
		}
		for _, line := range e.Sources {
			fmt.Fprintf(w, "    %s\n", prose.Wrap("from: "+line, 96, "          "))
		}
		for _, line := range e.Omits {
			fmt.Fprintf(w, "    %s\n", prose.Wrap("not modelled: "+line, 96, "                  "))
		}
		for _, k := range e.KnownSettings {
			fmt.Fprintf(w, "  %s = %s\n    %s\n", k.Name, k.Takes, prose.Wrap(k.Does, 96, "    "))
			if k.Omits != "" {
				fmt.Fprintf(w, "    %s\n", prose.Wrap("not modelled: "+k.Omits, 96, "                  "))
			}
			fmt.Fprintf(w, "    from: %s\n", k.Source)
		}
	}
	fmt.Fprintln(w, "\nGuarantees:")
	for _, g := range hosts.Guarantees() {
		prose.Entry(w, "  ", 19, g.Name, g.Sentence(), 98)
	}
	fmt.Fprintln(w, "\nMeasured on Linux 6.18, and by a test on the Linux that runs it:")
	for _, m := range hosts.MeasuredOnLinux {
		prose.Entry(w, "  ", 19, m.Name, m.Seen+" (see "+strings.Join(m.Rows, ", ")+")", 98)
	}
	return nil
}
