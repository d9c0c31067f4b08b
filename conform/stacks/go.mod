module github.com/tcpcheck/tcpcheck/conform/stacks

go 1.26.8

require (
	github.com/soypat/lneto v0.3.2
	github.com/tcpcheck/tcpcheck v0.0.0
)

require (
	github.com/BurntSushi/toml v1.6.0 // indirect
	github.com/gopacket/gopacket v1.7.7 // indirect
	github.com/klauspost/cpuid/v2 v2.2.10 // indirect
	github.com/zeebo/xxh3 v1.1.0 // indirect
	golang.org/x/sys v0.49.0 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
	pgregory.net/rapid v1.3.0 // indirect
)

replace github.com/tcpcheck/tcpcheck => ../..
