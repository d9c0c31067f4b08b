package model

// Default returns the configuration of plain RFC 9293, with a buffer and an MSS of ordinary size.
func Default() Config { return Config{RcvBuf: 65535, MSS: 1460} }

// Policy describes one policy of Config. Command lines, files, the matrix, premises and surveys use this
// description.
type Policy struct {
	Name   string
	Means  string   // what the policy decides, or what "on" means
	Values []string // Values[0] is plain RFC 9293
	Source string   // where the choice comes from
	Reason string   // why the default is what it is
	Get    func(Config) int
	Set    func(*Config, int)
}

func choice[T ~uint8](name, means, source, reason string, at func(*Config) *T, values ...string) Policy {
	return Policy{name, means, values, source, reason,
		func(c Config) int { return int(*at(&c)) },
		func(c *Config, v int) { *at(c) = T(v) }}
}

func onOff(name, means, source, reason string, at func(*Config) *bool) Policy {
	return Policy{name, means, []string{"off", "on"}, source, reason,
		func(c Config) int {
			if *at(&c) {
				return 1
			}
			return 0
		},
		func(c *Config, v int) { *at(c) = v == 1 }}
}

// PolicyByName returns the policy with the given name.
func PolicyByName(name string) (Policy, bool) {
	for _, p := range Policies {
		if p.Name == name {
			return p, true
		}
	}
	return Policy{}, false
}

// Index returns the number of the value with the given name.
func (p Policy) Index(value string) (int, bool) {
	for i, v := range p.Values {
		if v == value {
			return i, true
		}
	}
	return 0, false
}
