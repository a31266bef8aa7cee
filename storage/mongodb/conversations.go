package mongodb

import (
	"context"
	"errors"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"helptic/storage"
)

// Conversation implements storage.Store.
func (s *Store) Conversation(ctx context.Context, person string) (*storage.Conversation, error) {
	var c storage.Conversation
	if err := s.conversations.FindOne(ctx, bson.M{"_id": person}).Decode(&c); errors.Is(err, mongo.ErrNoDocuments) {
		return nil, storage.ErrNotFound
	} else if err != nil {
		return nil, plain(err)
	}
	c.Answers = keys(c.Answers, keyIn)
	return &c, nil
}

// SaveConversation implements storage.Store.
func (s *Store) SaveConversation(ctx context.Context, c *storage.Conversation) error {
	next := *c
	next.Version++
	next.Answers = keys(c.Answers, keyOut)
	if c.Version == 0 {
		if _, err := s.conversations.InsertOne(ctx, &next); mongo.IsDuplicateKeyError(err) {
			return storage.ErrConflict
		} else if err != nil {
			return plain(err)
		}
		c.Version = next.Version
		return nil
	}
	r, err := s.conversations.ReplaceOne(ctx, bson.M{"_id": c.Person, "version": c.Version}, &next)
	if err != nil {
		return plain(err)
	}
	if r.MatchedCount == 0 {
		return storage.ErrConflict
	}
	c.Version = next.Version
	return nil
}

// Idle implements storage.Store.
func (s *Store) Idle(ctx context.Context, since time.Time, limit int) ([]*storage.Conversation, error) {
	cursor, err := s.conversations.Find(ctx, bson.M{"id": bson.M{"$ne": ""}, "touched_at": bson.M{"$lt": since}},
		options.Find().SetSort(bson.D{{Key: "touched_at", Value: 1}}).SetLimit(int64(limit)))
	if err != nil {
		return nil, plain(err)
	}
	var out []*storage.Conversation
	if err := cursor.All(ctx, &out); err != nil {
		return nil, plain(err)
	}
	for _, c := range out {
		c.Answers = keys(c.Answers, keyIn)
	}
	return out, nil
}
