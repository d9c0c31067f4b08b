// Command devserver is a Temporal server with a database in one file, for tests and for trying out a cluster on one machine. It
// listens on the loopback interface only.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"go.temporal.io/server/common/authorization"
	"go.temporal.io/server/common/cluster"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/membership/static"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
	"go.temporal.io/server/common/primitives"
	schema "go.temporal.io/server/schema/sqlite"
	"go.temporal.io/server/temporal"
)

const loopback = "127.0.0.1"

func main() {
	port := flag.Int("port", 7233, "listen on this `port` of the loopback interface")
	db := flag.String("db", "temporal.db", "keep everything in this `file`")
	flag.Parse()
	if err := serve(*port, *db); err != nil {
		fmt.Fprintln(os.Stderr, "devserver:", err)
		os.Exit(2)
	}
}

func serve(port int, db string) error {
	db, err := filepath.Abs(db)
	if err != nil {
		return err
	}
	store := config.SQL{PluginName: sqlite.PluginName, DatabaseName: db, ConnectAttributes: map[string]string{"mode": "rwc"}}
	if _, err := os.Stat(db); errors.Is(err, fs.ErrNotExist) {
		if err := schema.SetupSchema(&store); err != nil {
			return err
		}
		space, err := schema.NewNamespaceConfig("active", "default", false, nil)
		if err == nil {
			err = schema.CreateNamespaces(&store, space)
		}
		if err != nil {
			return err
		}
	}
	cfg, hosts, err := settings(port, store)
	if err != nil {
		return err
	}
	quiet := log.NewNoopLogger()
	s, err := temporal.NewServer(temporal.WithConfig(cfg), temporal.ForServices(temporal.DefaultServices), temporal.WithLogger(quiet),
		temporal.WithAuthorizer(authorization.NewNoopAuthorizer()), temporal.WithStaticHosts(hosts))
	if err != nil {
		return err
	}
	if err := s.Start(); err != nil {
		return err
	}
	fmt.Printf("listening on %s:%d\n", loopback, port)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt)
	<-stop
	return s.Stop()
}

// settings are the parts of a server, each on a port of its own.
func settings(port int, store config.SQL) (*config.Config, map[primitives.ServiceName]static.Hosts, error) {
	own := fmt.Sprintf("%s:%d", loopback, port)
	cfg := &config.Config{
		Persistence: config.Persistence{DefaultStore: "file", VisibilityStore: "file", NumHistoryShards: 1,
			DataStores: map[string]config.DataStore{"file": {SQL: &store}}},
		ClusterMetadata: &cluster.Config{FailoverVersionIncrement: 10, MasterClusterName: "active", CurrentClusterName: "active",
			ClusterInformation: map[string]cluster.ClusterInformation{"active": {Enabled: true, InitialFailoverVersion: 1, RPCAddress: own}}},
		DCRedirectionPolicy: config.DCRedirectionPolicy{Policy: "noop"},
		Services:            map[string]config.Service{},
		Archival:            config.Archival{History: config.HistoryArchival{State: "disabled"}, Visibility: config.VisibilityArchival{State: "disabled"}},
		NamespaceDefaults: config.NamespaceDefaults{Archival: config.ArchivalNamespaceDefaults{
			History: config.HistoryArchivalNamespaceDefaults{State: "disabled"}, Visibility: config.VisibilityArchivalNamespaceDefaults{State: "disabled"}}},
		PublicClient: config.PublicClient{HostPort: own},
	}
	cfg.Global.Membership = config.Membership{MaxJoinDuration: 30 * time.Second, BroadcastAddress: loopback}
	hosts := map[primitives.ServiceName]static.Hosts{}
	for i, name := range []primitives.ServiceName{primitives.FrontendService, primitives.HistoryService, primitives.MatchingService, primitives.WorkerService} {
		grpc := port
		if i > 0 {
			var err error
			if grpc, err = freePort(); err != nil {
				return nil, nil, err
			}
		}
		gossip, err := freePort()
		if err != nil {
			return nil, nil, err
		}
		cfg.Services[string(name)] = config.Service{RPC: config.RPC{GRPCPort: grpc, MembershipPort: gossip, BindOnLocalHost: true}}
		hosts[name] = static.SingleLocalHost(fmt.Sprintf("%s:%d", loopback, grpc))
	}
	return cfg, hosts, nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", loopback+":0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}
