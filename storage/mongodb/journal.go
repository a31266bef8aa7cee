package mongodb

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"strings"
	"time"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"

	"helptic/bot"
	"helptic/storage"
)

// event is a bot.StoredEvent as it is kept.
type event struct {
	Key    string    `bson:"_id"`
	Lane   string    `bson:"lane"`
	Body   []byte    `bson:"body"`
	Answer []byte    `bson:"answer"`
	At     time.Time `bson:"at"`
	Until  time.Time `bson:"until"`
	Done   bool      `bson:"done"`
}

// Accept implements bot.Journal.
func (s *Store) Accept(ctx context.Context, e bot.StoredEvent) (bool, error) {
	_, err := s.events.InsertOne(ctx, event{Key: e.Key, Lane: e.OrderingKey, Body: e.Body, At: e.At, Until: e.Until})
	if mongo.IsDuplicateKeyError(err) {
		return false, nil
	}
	return err == nil, plain(err)
}

// LeaseEvents implements bot.Journal. Each event is leased by itself, where nobody else was faster.
func (s *Store) LeaseEvents(ctx context.Context, now, until time.Time, limit int) ([]bot.StoredEvent, error) {
	cursor, err := s.events.Find(ctx, bson.M{"done": false, "until": bson.M{"$lt": now}}, options.Find().SetSort(bson.D{{Key: "at", Value: 1}}).SetLimit(int64(limit)))
	if err != nil {
		return nil, plain(err)
	}
	var found []event
	if err := cursor.All(ctx, &found); err != nil {
		return nil, plain(err)
	}
	var out []bot.StoredEvent
	for _, e := range found {
		r, err := s.events.UpdateOne(ctx, bson.M{"_id": e.Key, "done": false, "until": e.Until}, bson.M{"$set": bson.M{"until": until}})
		if err != nil {
			return out, plain(err)
		}
		if r.MatchedCount == 1 {
			out = append(out, bot.StoredEvent{Key: e.Key, OrderingKey: e.Lane, Body: e.Body, Answer: e.Answer, At: e.At.UTC(), Until: until.UTC().Truncate(time.Millisecond)})
		}
	}
	return out, nil
}

// RenewEvents implements bot.Journal.
func (s *Store) RenewEvents(ctx context.Context, keys []string, until time.Time) error {
	if len(keys) == 0 {
		return nil
	}
	_, err := s.events.UpdateMany(ctx, bson.M{"_id": bson.M{"$in": keys}, "done": false}, bson.M{"$set": bson.M{"until": until}})
	return plain(err)
}

// MarkHandled implements bot.Journal.
func (s *Store) MarkHandled(ctx context.Context, key string, answer []byte) error {
	if answer == nil {
		answer = []byte{} // it is handled, whatever it is answered with
	}
	_, err := s.events.UpdateOne(ctx, bson.M{"_id": key, "done": false}, bson.M{"$set": bson.M{"answer": answer}})
	return plain(err)
}

// MarkDone implements bot.Journal.
func (s *Store) MarkDone(ctx context.Context, key string) error {
	_, err := s.events.UpdateOne(ctx, bson.M{"_id": key}, bson.M{"$set": bson.M{"done": true, "body": nil, "answer": nil}})
	return plain(err)
}

// posted is where a post stands. The id of the document is room and key together.
type posted struct {
	ID   string `bson:"_id"`
	Room string `bson:"room"`
	Key  string `bson:"key"`
	Post string `bson:"id"`
}

// MessageID implements bot.Journal.
func (s *Store) MessageID(ctx context.Context, room, key string) (string, error) {
	p, err := s.post(ctx, bson.M{"_id": room + "\n" + key})
	return p.Post, err
}

// PostKey implements bot.Journal.
func (s *Store) PostKey(ctx context.Context, room, id string) (string, error) {
	p, err := s.post(ctx, bson.M{"room": room, "id": id})
	return p.Key, err
}

func (s *Store) post(ctx context.Context, filter bson.M) (posted, error) {
	var p posted
	err := s.posts.FindOne(ctx, filter).Decode(&p)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return posted{}, nil
	}
	return p, plain(err)
}

// SaveMessageID implements bot.Journal.
func (s *Store) SaveMessageID(ctx context.Context, room, key, id string) error {
	p := posted{ID: room + "\n" + key, Room: room, Key: key, Post: id}
	_, err := s.posts.ReplaceOne(ctx, bson.M{"_id": p.ID}, p, options.Replace().SetUpsert(true))
	return plain(err)
}

// entry is a bot.Entry as it is kept. An entry without a key has one that nothing else
// has, so that the unique index holds for all.
type entry struct {
	Stream   string `bson:"stream"`
	Position int64  `bson:"position"`
	Key      string `bson:"key"`
	Body     []byte `bson:"body"`
}

const noKey = "\u0001none/"

// Append implements bot.AppendLog. The insert allocates the position, as with tickets.
func (s *Store) Append(ctx context.Context, stream, key string, body []byte) (int64, error) {
	e := entry{Stream: stream, Key: key, Body: body}
	if key == "" {
		e.Key = noKey + rand.Text()
	}
	for attempt := range storage.Attempts {
		if err := wait(ctx, attempt); err != nil {
			return 0, err
		}
		if key != "" {
			var there entry
			switch err := s.memory.FindOne(ctx, bson.M{"stream": stream, "key": key}).Decode(&there); {
			case err == nil:
				return there.Position, nil
			case !errors.Is(err, mongo.ErrNoDocuments):
				return 0, plain(err)
			}
		}
		var last entry
		err := s.memory.FindOne(ctx, bson.M{"stream": stream}, options.FindOne().SetSort(bson.D{{Key: "position", Value: -1}})).Decode(&last)
		if err != nil && !errors.Is(err, mongo.ErrNoDocuments) {
			return 0, plain(err)
		}
		e.Position = last.Position + 1
		switch _, err := s.memory.InsertOne(ctx, e); {
		case err == nil:
			return e.Position, nil
		case !mongo.IsDuplicateKeyError(err):
			return 0, plain(err)
		}
	}
	return 0, storage.ErrConflict
}

// Read implements bot.AppendLog.
func (s *Store) Read(ctx context.Context, stream string, after int64, limit int) ([]bot.Entry, error) {
	cursor, err := s.memory.Find(ctx, bson.M{"stream": stream, "position": bson.M{"$gt": after}},
		options.Find().SetSort(bson.D{{Key: "position", Value: 1}}).SetLimit(int64(limit)))
	if err != nil {
		return nil, plain(err)
	}
	var found []entry
	if err := cursor.All(ctx, &found); err != nil {
		return nil, plain(err)
	}
	var out []bot.Entry
	for _, e := range found {
		if strings.HasPrefix(e.Key, noKey) {
			e.Key = ""
		}
		out = append(out, bot.Entry{Position: e.Position, Key: e.Key, Body: e.Body})
	}
	return out, nil
}

// SaveFile implements bot.Files, with GridFS. Its size and hash are known before the
// file is there for others.
func (s *Store) SaveFile(ctx context.Context, name, mediaType string, r io.Reader) (bot.File, error) {
	data, err := io.ReadAll(io.LimitReader(r, s.maxFile+1))
	if err != nil {
		return bot.File{}, err
	}
	if int64(len(data)) > s.maxFile {
		return bot.File{}, bot.ErrTooLarge
	}
	sum := sha256.Sum256(data)
	f := bot.File{ID: rand.Text(), Name: name, Type: mediaType, Size: int64(len(data)), SHA256: hex.EncodeToString(sum[:])}
	err = s.bucket().UploadFromStreamWithID(ctx, f.ID, name, bytes.NewReader(data), options.GridFSUpload().SetMetadata(f))
	if err != nil {
		return bot.File{}, plain(err)
	}
	return f, nil
}

// bucket is one for a single use: the driver's has buffers that uploads would share.
func (s *Store) bucket() *mongo.GridFSBucket {
	return s.database.GridFSBucket(options.GridFSBucket().SetName("files"))
}

// StatFile implements bot.Files: it reads the file's document, none of its chunks.
func (s *Store) StatFile(ctx context.Context, id string) (bot.File, error) {
	var there struct {
		Metadata bot.File `bson:"metadata"`
	}
	err := s.bucket().GetFilesCollection().FindOne(ctx, bson.M{"_id": id}).Decode(&there)
	if errors.Is(err, mongo.ErrNoDocuments) {
		return bot.File{}, bot.ErrNoFile
	} else if err != nil {
		return bot.File{}, plain(err)
	}
	return there.Metadata, nil
}

// OpenFile implements bot.Files.
func (s *Store) OpenFile(ctx context.Context, id string) (bot.File, io.ReadCloser, error) {
	stream, err := s.bucket().OpenDownloadStream(ctx, id)
	if errors.Is(err, mongo.ErrFileNotFound) {
		return bot.File{}, nil, bot.ErrNoFile
	} else if err != nil {
		return bot.File{}, nil, plain(err)
	}
	var f bot.File
	if err := bson.Unmarshal(stream.GetFile().Metadata, &f); err != nil {
		return bot.File{}, nil, errors.Join(err, stream.Close())
	}
	return f, stream, nil
}
