// Package ferrettest is a MongoDB server for tests: FerretDB in the process, behind a gate
// that lets one command through at a time. FerretDB's updates are not atomic under
// concurrent connections; with the gate they are, which is what a MongoDB server
// guarantees for one document. Only tests import it.
package ferrettest

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"sync"
	"testing"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// Start runs a server until the test ends and returns its URI.
func Start(tb testing.TB) (uri string) {
	tb.Helper()
	server, err := ferretdb.New(&ferretdb.Config{
		Listener: ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Handler:  "sqlite", SQLiteURL: "file:" + tb.TempDir() + "/",
		Logger: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		tb.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Run(ctx) }()
	g := &gate{behind: server.MongoDBURI()[len("mongodb://") : len(server.MongoDBURI())-1]}
	if g.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		tb.Fatal(err)
	}
	g.all.Go(g.accept)
	tb.Cleanup(func() {
		if err := g.close(); err != nil {
			tb.Error(err)
		}
		cancel()
		if err := <-ended; err != nil {
			tb.Error(err)
		}
	})
	return "mongodb://" + g.listener.Addr().String() + "/"
}

// gate passes the wire protocol on, one command and its answer at a time.
type gate struct {
	behind   string
	listener net.Listener
	all      sync.WaitGroup
	command  sync.Mutex

	mu     sync.Mutex
	open   map[net.Conn]bool
	closed bool
}

func (g *gate) accept() {
	for {
		client, err := g.listener.Accept()
		if err != nil {
			return
		}
		g.all.Go(func() { g.serve(client) })
	}
}

func (g *gate) serve(client net.Conn) {
	server, err := net.Dial("tcp", g.behind)
	if err != nil || !g.keep(client, server) {
		client.Close()
		return
	}
	defer g.drop(client, server)
	for {
		question, err := message(client)
		if err != nil {
			return
		}
		g.command.Lock()
		answer, err := exchange(server, question)
		g.command.Unlock()
		if err != nil {
			return
		}
		if _, err := client.Write(answer); err != nil {
			return
		}
	}
}

func exchange(server net.Conn, question []byte) ([]byte, error) {
	if _, err := server.Write(question); err != nil {
		return nil, err
	}
	return message(server)
}

// message reads one message of the wire protocol: its length comes first.
func message(r io.Reader) ([]byte, error) {
	head := make([]byte, 4)
	if _, err := io.ReadFull(r, head); err != nil {
		return nil, err
	}
	const most = 48 << 20 // the protocol's own limit
	n := binary.LittleEndian.Uint32(head)
	if n < 16 || n > most {
		return nil, fmt.Errorf("message of %d bytes", n)
	}
	whole := make([]byte, n)
	copy(whole, head)
	_, err := io.ReadFull(r, whole[4:])
	return whole, err
}

// keep remembers the connections to close them; false when the gate is closed.
func (g *gate) keep(conns ...net.Conn) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.open == nil {
		g.open = map[net.Conn]bool{}
	}
	for _, c := range conns {
		g.open[c] = true
	}
	return !g.closed
}

func (g *gate) drop(conns ...net.Conn) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range conns {
		delete(g.open, c)
		c.Close()
	}
}

func (g *gate) close() error {
	err := g.listener.Close()
	g.mu.Lock()
	g.closed = true
	for c := range g.open {
		err = errors.Join(err, c.Close())
	}
	g.mu.Unlock()
	g.all.Wait()
	return err
}
