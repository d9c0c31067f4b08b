module github.com/tcpcheck/tcpcheck/conform/stacks

go 1.26.8

require (
	github.com/soypat/lneto v0.3.2
	github.com/tcpcheck/tcpcheck v0.0.0
)

require github.com/gopacket/gopacket v1.7.7 // indirect

replace github.com/tcpcheck/tcpcheck => ../..
