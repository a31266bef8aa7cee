package mongodb_test

import (
	"io"
	"net"
	"sync"
	"testing"
)

// outage stands before a server and goes away when the test says so.
type outage struct {
	listener net.Listener
	mu       sync.Mutex
	open     []net.Conn
	gone     bool
	all      sync.WaitGroup
}

func before(tb testing.TB, server string) *outage {
	tb.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	o := &outage{listener: listener}
	o.all.Go(func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			behind, err := net.Dial("tcp", server)
			if err != nil {
				_ = client.Close()
				continue
			}
			o.pair(client, behind)
		}
	})
	tb.Cleanup(o.end)
	return o
}

func (o *outage) address() string { return o.listener.Addr().String() }

// pair copies both ways until one side ends.
func (o *outage) pair(a, b net.Conn) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.open = append(o.open, a, b)
	if o.gone {
		_, _ = a.Close(), b.Close()
		return
	}
	for _, c := range [][2]net.Conn{{a, b}, {b, a}} {
		o.all.Go(func() {
			_, _ = io.Copy(c[0], c[1])
			_, _ = a.Close(), b.Close()
		})
	}
}

func (o *outage) end() {
	o.mu.Lock()
	o.gone = true
	_ = o.listener.Close()
	for _, c := range o.open {
		_ = c.Close()
	}
	o.mu.Unlock()
	o.all.Wait()
}
