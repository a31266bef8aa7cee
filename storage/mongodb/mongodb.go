// Package mongodb keeps the help desk in MongoDB 4.4 or later: a single server, a replica
// set, a sharded cluster with these collections unsharded, or Atlas. It needs no
// transaction: a ticket is one document, replaced as a whole where the version that
// was read still stands, and what must happen once is an insert under a unique key.
package mongodb

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/mongo/readconcern"
	"go.mongodb.org/mongo-driver/v2/mongo/writeconcern"

	"helptic/storage"
)

// Store is a storage.Store.
type Store struct {
	client        *mongo.Client
	database      *mongo.Database
	tickets       *mongo.Collection
	conversations *mongo.Collection
	events        *mongo.Collection
	posts         *mongo.Collection
	memory        *mongo.Collection
	maxFile       int64
}

var _ storage.Store = (*Store)(nil)

const (
	openTime = 10 * time.Second
	findTime = 5 * time.Second // to find a server that answers
	pingTime = 2 * time.Second
)

// Open connects to a database and makes its indexes. maxFile is the size of the largest
// attachment in bytes.
func Open(ctx context.Context, uri, database string, maxFile int64) (*Store, error) {
	journal := true
	o := options.Client().ApplyURI(uri).SetAppName("helptic").SetServerSelectionTimeout(findTime).
		SetWriteConcern(&writeconcern.WriteConcern{W: "majority", Journal: &journal}).
		SetReadConcern(readconcern.Majority()).SetBSONOptions(&options.BSONOptions{UseLocalTimeZone: false})
	client, err := mongo.Connect(o)
	if err != nil {
		return nil, plain(err)
	}
	db := client.Database(database)
	s := &Store{client: client, database: db, maxFile: maxFile,
		tickets: db.Collection("tickets"), conversations: db.Collection("conversations"), events: db.Collection("events"),
		posts: db.Collection("posts"), memory: db.Collection("memory")}
	ctx, cancel := context.WithTimeout(ctx, openTime)
	defer cancel()
	err = s.index(ctx)
	if err == nil {
		err = s.Ping(ctx)
	}
	if err != nil {
		_ = s.Close() // there is nothing to lose, and the first failure says it all
		return nil, plain(err)
	}
	return s, nil
}

// indexes, each with the question that it answers.
func (s *Store) index(ctx context.Context) error {
	for _, i := range []struct {
		on     *mongo.Collection
		keys   bson.D
		unique bool
	}{
		{s.tickets, bson.D{{Key: "draft", Value: 1}}, true},                                            // was this registered already?
		{s.tickets, bson.D{{Key: "requester.id", Value: 1}, {Key: "_id", Value: -1}}, false},           // whose tickets are these?
		{s.tickets, bson.D{{Key: "assignee.id", Value: 1}, {Key: "_id", Value: -1}}, false},            // who works on what?
		{s.tickets, bson.D{{Key: "escalation.official.id", Value: 1}, {Key: "_id", Value: -1}}, false}, // what has an official received?
		{s.tickets, bson.D{{Key: "state", Value: 1}, {Key: "_id", Value: -1}}, false},                  // what is open?
		{s.tickets, bson.D{{Key: "owed_at", Value: 1}}, false},                                         // what is owed now?
		{s.tickets, bson.D{{Key: "wake_at", Value: 1}}, false},                                         // what is due now?
		{s.conversations, bson.D{{Key: "touched_at", Value: 1}}, false},                                // what did nobody go on with?
		{s.events, bson.D{{Key: "done", Value: 1}, {Key: "until", Value: 1}}, false},                   // what did a dead process leave?
		{s.posts, bson.D{{Key: "room", Value: 1}, {Key: "id", Value: 1}}, false},                       // which post is this message?
		{s.memory, bson.D{{Key: "stream", Value: 1}, {Key: "position", Value: 1}}, true},               // what comes next in this stream?
		{s.memory, bson.D{{Key: "stream", Value: 1}, {Key: "key", Value: 1}}, true},                    // was this appended already?
	} {
		if _, err := i.on.Indexes().CreateOne(ctx, mongo.IndexModel{Keys: i.keys, Options: options.Index().SetUnique(i.unique)}); err != nil {
			return fmt.Errorf("index of %s: %w", i.on.Name(), err)
		}
	}
	return nil
}

// Ping tells whether the database answers and can be written to.
func (s *Store) Ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingTime)
	defer cancel()
	_, err := s.events.DeleteOne(ctx, bson.M{"_id": ""})
	return plain(err)
}

// wait lets the others finish before the next attempt, longer as they prove to be many.
func wait(ctx context.Context, attempt int) error {
	if attempt == 0 {
		return nil
	}
	select {
	case <-time.After(rand.N(time.Duration(min(attempt, 25)) * time.Millisecond)):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Close ends the connections.
func (s *Store) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), findTime)
	defer cancel()
	return plain(s.client.Disconnect(ctx))
}

// plain makes errors short: what the driver says of its topology is of no use to
// those who read the log, and a failure to connect may name the user.
func plain(err error) error {
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case mongo.IsTimeout(err), errors.As(err, new(mongo.ServerError)) && mongo.IsNetworkError(err):
		return errors.New("the server does not answer")
	case mongo.IsNetworkError(err):
		return errors.New("the connection was lost")
	}
	return err
}
