package mongodb_test

import (
	"context"
	"crypto/rand"
	"net"
	"os"
	"strings"
	"testing"
	"time"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"helptic/storage"
	"helptic/storage/mongodb"
	"helptic/storage/mongodb/ferrettest"
	"helptic/storage/storagetest"
)

// open opens a database of its own, which is dropped after the test.
func open(tb testing.TB, uri string) *mongodb.Store {
	tb.Helper()
	database := "helptic_test_" + strings.ToLower(rand.Text()[:10])
	s, err := mongodb.Open(tb.Context(), uri, database, storagetest.MaxFile)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
		drop(tb, uri, database)
	})
	return s
}

func drop(tb testing.TB, uri, database string) {
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		tb.Error(err)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	if err := client.Database(database).Drop(ctx); err != nil {
		tb.Error(err)
	}
	if err := client.Disconnect(ctx); err != nil {
		tb.Error(err)
	}
}

func TestStore(t *testing.T) {
	uri := ferrettest.Start(t)
	storagetest.Run(t, func(t *testing.T) storage.Store { return open(t, uri) })
}

func TestStoreOnMongoDB(t *testing.T) {
	uri := os.Getenv("MONGODB_TEST_URI")
	if uri == "" {
		t.Skip("set MONGODB_TEST_URI to a MongoDB 4.4 or later, as in mongodb://127.0.0.1:27017")
	}
	storagetest.Run(t, func(t *testing.T) storage.Store { return open(t, uri) })
}

// A second replica finds what the first one wrote, and the indexes that it made.
func TestOpenAgain(t *testing.T) {
	uri := ferrettest.Start(t)
	for range 2 {
		s, err := mongodb.Open(t.Context(), uri, "helptic", 1)
		if err != nil {
			t.Fatal(err)
		}
		if position, err := s.Append(t.Context(), "a", "k", nil); err != nil || position != 1 {
			t.Errorf("position %d, %v", position, err)
		}
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
}

// within runs a call that must fail soon, and with few words.
func within(t *testing.T, limit time.Duration, call func() error) {
	t.Helper()
	began := time.Now()
	err := call()
	if took := time.Since(began); took > limit {
		t.Errorf("took %s", took)
	}
	if err == nil || len(err.Error()) > 100 || strings.ContainsAny(err.Error(), "\n{") {
		t.Errorf("got error %v, want a short one", err)
	}
}

func TestOpenWithoutServer(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refuses := listener.Addr().String()
	if err := listener.Close(); err != nil {
		t.Fatal(err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0") // takes connections and never answers
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	for name, address := range map[string]string{"refuses": refuses, "silent": silent.Addr().String()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			within(t, 10*time.Second, func() error {
				_, err := mongodb.Open(t.Context(), "mongodb://agente:clave@"+address+"/", "helptic", 1)
				return err
			})
		})
	}
}

func TestPingAfterServerWent(t *testing.T) {
	behind := strings.TrimSuffix(strings.TrimPrefix(ferrettest.Start(t), "mongodb://"), "/")
	gate := before(t, behind)
	s, err := mongodb.Open(t.Context(), "mongodb://"+gate.address()+"/", "helptic", 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Ping(t.Context()); err != nil {
		t.Fatal(err)
	}
	gate.end()
	for range 2 {
		within(t, 3*time.Second, func() error { return s.Ping(t.Context()) })
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}
