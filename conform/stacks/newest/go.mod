module github.com/tcpcheck/tcpcheck/conform/stacks/newest

go 1.26.8

require (
	github.com/tcpcheck/tcpcheck v0.0.0
	github.com/tcpcheck/tcpcheck/conform/stacks v0.0.0
)

require (
	github.com/google/btree v1.1.2 // indirect
	github.com/gopacket/gopacket v1.7.7 // indirect
	github.com/klauspost/cpuid/v2 v2.2.10 // indirect
	github.com/pelletier/go-toml/v2 v2.4.3 // indirect
	github.com/zeebo/xxh3 v1.1.0 // indirect
	golang.org/x/exp v0.0.0-20250711185948-6ae5c78190dc // indirect
	golang.org/x/sync v0.24.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	golang.org/x/time v0.15.0 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
	gvisor.dev/gvisor v0.0.0-20260905035102-160fafc42237 // indirect
)

replace github.com/tcpcheck/tcpcheck => ../../..

replace github.com/tcpcheck/tcpcheck/conform/stacks => ..
