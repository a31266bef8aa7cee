package mongodb

import (
	"context"
	"errors"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"helptic/storage"
	"helptic/ticket"
)

// CreateTicket implements storage.Store. The insert allocates the number: last + 1 where
// nobody else took it, again where somebody did.
func (s *Store) CreateTicket(ctx context.Context, t *ticket.Ticket, fill func(*ticket.Ticket)) (bool, error) {
	for attempt := range storage.Attempts {
		if err := wait(ctx, attempt); err != nil {
			return false, err
		}
		var there ticket.Ticket
		switch err := s.tickets.FindOne(ctx, bson.M{"draft": t.Draft}).Decode(&there); {
		case err == nil:
			*t = *restored(&there)
			return false, nil
		case !errors.Is(err, mongo.ErrNoDocuments):
			return false, plain(err)
		}
		last, err := s.Tickets(ctx, storage.Query{Limit: 1})
		if err != nil {
			return false, err
		}
		made := *t
		made.Number, made.Version = 1, 1
		if len(last) > 0 {
			made.Number = last[0].Number + 1
		}
		fill(&made)
		document, kept, err := stored(&made)
		if err != nil {
			return false, err
		}
		_, err = s.tickets.InsertOne(ctx, document)
		switch {
		case err == nil:
			*t = *kept
			return true, nil
		case !mongo.IsDuplicateKeyError(err):
			return false, plain(err)
		}
	}
	return false, storage.ErrConflict
}

// Ticket implements storage.Store.
func (s *Store) Ticket(ctx context.Context, number int64) (*ticket.Ticket, error) {
	var t ticket.Ticket
	if err := s.tickets.FindOne(ctx, bson.M{"_id": number}).Decode(&t); errors.Is(err, mongo.ErrNoDocuments) {
		return nil, storage.ErrNotFound
	} else if err != nil {
		return nil, plain(err)
	}
	return restored(&t), nil
}

// UpdateTicket implements storage.Store.
func (s *Store) UpdateTicket(ctx context.Context, number int64, change func(*ticket.Ticket) error) (*ticket.Ticket, error) {
	for attempt := range storage.Attempts {
		if err := wait(ctx, attempt); err != nil {
			return nil, err
		}
		t, err := s.Ticket(ctx, number)
		if err != nil {
			return nil, err
		}
		read := t.Version
		t.Version++
		if err := change(t); errors.Is(err, storage.ErrUnchanged) {
			return s.Ticket(ctx, number)
		} else if err != nil {
			return nil, err
		}
		switch kept, err := s.replace(ctx, t, read); {
		case err == nil:
			return kept, nil
		case !errors.Is(err, storage.ErrConflict):
			return nil, err
		}
	}
	return nil, storage.ErrConflict
}

// replace writes a ticket where the version that was read still stands, and returns it
// as it is kept.
func (s *Store) replace(ctx context.Context, t *ticket.Ticket, read int64) (*ticket.Ticket, error) {
	document, kept, err := stored(t)
	if err != nil {
		return nil, err
	}
	r, err := s.tickets.ReplaceOne(ctx, bson.M{"_id": t.Number, "version": read}, document)
	if err != nil {
		return nil, plain(err)
	}
	if r.MatchedCount == 0 {
		return nil, storage.ErrConflict
	}
	return kept, nil
}

// Tickets implements storage.Store.
func (s *Store) Tickets(ctx context.Context, q storage.Query) ([]*ticket.Ticket, error) {
	filter := bson.M{}
	for field, v := range map[string]string{"requester.id": q.Requester, "assignee.id": q.Assignee, "escalation.official.id": q.Official, "draft": q.Draft} {
		if v != "" {
			filter[field] = v
		}
	}
	if len(q.States) > 0 {
		filter["state"] = bson.M{"$in": q.States}
	}
	if q.Before > 0 {
		filter["_id"] = bson.M{"$lt": q.Before}
	}
	limit := int64(q.Limit)
	if limit == 0 {
		limit = 100
	}
	return s.list(ctx, filter, options.Find().SetSort(bson.D{{Key: "_id", Value: -1}}).SetLimit(limit))
}

func (s *Store) list(ctx context.Context, filter bson.M, o *options.FindOptionsBuilder) ([]*ticket.Ticket, error) {
	cursor, err := s.tickets.Find(ctx, filter, o)
	if err != nil {
		return nil, plain(err)
	}
	var out []*ticket.Ticket
	if err := cursor.All(ctx, &out); err != nil {
		return nil, plain(err)
	}
	for _, t := range out {
		restored(t)
	}
	return out, nil
}

// LeaseNotifications implements storage.Store.
func (s *Store) LeaseNotifications(ctx context.Context, now, until time.Time, limit int) ([]*ticket.Ticket, error) {
	found, err := s.list(ctx, bson.M{"owed_at": bson.M{"$gt": time.Time{}, "$lte": now}, "lease_until": bson.M{"$lte": now}},
		options.Find().SetSort(bson.D{{Key: "owed_at", Value: 1}}).SetLimit(int64(limit)))
	if err != nil {
		return nil, err
	}
	var leased []*ticket.Ticket
	for _, t := range found {
		read := t.Version
		t.Version++
		t.LeaseUntil = until.UTC().Truncate(time.Millisecond)
		switch kept, err := s.replace(ctx, t, read); {
		case err == nil:
			leased = append(leased, kept)
		case !errors.Is(err, storage.ErrConflict): // else somebody changed it: it is found next time
			return leased, err
		}
	}
	return leased, nil
}

// Due implements storage.Store.
func (s *Store) Due(ctx context.Context, now time.Time, limit int) ([]int64, error) {
	found, err := s.list(ctx, bson.M{"wake_at": bson.M{"$gt": time.Time{}, "$lte": now}},
		options.Find().SetSort(bson.D{{Key: "wake_at", Value: 1}}).SetLimit(int64(limit)))
	if err != nil {
		return nil, err
	}
	var out []int64
	for _, t := range found {
		out = append(out, t.Number)
	}
	return out, nil
}

// The keys of maps are ids and names of fields; where one holds what BSON gives a
// meaning to, it is written with marks that nothing else uses.
var (
	keyOut = strings.NewReplacer("%", "%25", ".", "%2E", "$", "%24", "\x00", "%00")
	keyIn  = strings.NewReplacer("%2E", ".", "%24", "$", "%00", "\x00", "%25", "%")
)

func keys[T any](m map[string]T, r *strings.Replacer) map[string]T {
	if m == nil {
		return nil
	}
	out := make(map[string]T, len(m))
	for k, v := range m {
		out[r.Replace(k)] = v
	}
	return out
}

// stored is a ticket as a document with keys that BSON takes, and as it will be read from
// there; restored is the way back.
func stored(t *ticket.Ticket) (document bson.Raw, kept *ticket.Ticket, err error) {
	c := *t
	mapKeys(&c, keyOut)
	if document, err = bson.Marshal(&c); err != nil {
		return nil, nil, err
	}
	kept = new(ticket.Ticket)
	if err := bson.Unmarshal(document, kept); err != nil {
		return nil, nil, err
	}
	return document, restored(kept), nil
}

func restored(t *ticket.Ticket) *ticket.Ticket {
	mapKeys(t, keyIn)
	return t
}

func mapKeys(t *ticket.Ticket, r *strings.Replacer) {
	if t.Survey != nil {
		s := *t.Survey
		s.Answers = keys(s.Answers, r)
		t.Survey = &s
	}
	t.History = append([]ticket.Record(nil), t.History...)
	for i := range t.History {
		t.History[i].Fields = keys(t.History[i].Fields, r)
	}
}
