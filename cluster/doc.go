// Package cluster lets a search with the disk store run on several machines. [Storages] opens object stores through
// gocloud.dev/blob. [Temporal] is an engine that hands the tasks of a search to workers through a Temporal server. Both are in a
// module of their own, so that the checker itself stays light.
//
// The command is cmd/tcpcheck-cluster; docs/manual/cluster.md says how to run it.
package cluster
