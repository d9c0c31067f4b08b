package hosts_test

import (
	"context"
	"fmt"

	"github.com/tcpcheck/tcpcheck/properties/hosts"
)

// What a Linux host loses with net.ipv4.tcp_tw_reuse=1.
func ExampleAsker_Advise() {
	linux, _ := hosts.ByName("linux")
	mine, _, err := linux.With([]string{"net.ipv4.tcp_tw_reuse=1"})
	if err != nil {
		fmt.Println(err)
		return
	}
	var chosen []hosts.Guarantee
	for _, g := range hosts.Guarantees() {
		if g.Name == "last-ack" || g.Name == "blind-rst" {
			chosen = append(chosen, g)
		}
	}
	var asker hosts.Asker
	rows, err := asker.Advise(context.Background(), chosen, linux.Settings, mine)
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, r := range rows {
		fmt.Printf("%s: default %v, yours %v\n", r.Guarantee.Name, r.Default.Conclusion, r.Mine.Conclusion)
	}
	// Output:
	// last-ack: default holds, yours fails
	// blind-rst: default holds, yours holds
}
