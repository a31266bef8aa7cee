package googlechat

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/sync/singleflight"

	"helptic/bot"
)

// people caches what the append-only log and Google say of people.
type people struct {
	profiles *lru.Cache[string, storedProfile] // by user
	present  ttlCache[[2]string, struct{}]     // by space and user: who acted there
	guests   ttlCache[string, bool]            // by user: whether they belong to another organization
	lookups  *singleflight.Group
}

func newPeople(now func() time.Time) people {
	return people{
		profiles: newLRU[string, storedProfile](maxCached),
		present:  newTTLCache[[2]string, struct{}](maxCached, now),
		guests:   newTTLCache[string, bool](maxCached, now),
		lookups:  &singleflight.Group{},
	}
}

// saveProfileOf stores what an event says of its person. Not every app can ask for the space of somebody's
// direct messages, and later events may lack the name.
func (a *Adapter) saveProfileOf(ctx context.Context, i interaction) error {
	update := storedProfile{Name: oneLine(i.user.DisplayName), Email: i.user.Email, Domain: i.user.DomainID}
	if i.space.direct() {
		update.Direct = i.space.Name
	}
	return a.saveProfile(ctx, i.user.Name, update)
}

// saveProfile changes the fields of a stored profile that the update has. The first events of a person, which
// often come together, store it once.
func (a *Adapter) saveProfile(ctx context.Context, user string, update storedProfile) error {
	if known, ok := a.people.profiles.Get(user); ok && known.merge(update) == known {
		return nil
	}
	_, err := coalesce(ctx, a.people.lookups, fmt.Sprintf("save %s %q", user, update), func(ctx context.Context) (struct{}, error) {
		return struct{}{}, a.saveProfileOnce(ctx, user, update)
	})
	return err
}

func (a *Adapter) saveProfileOnce(ctx context.Context, user string, update storedProfile) error {
	known, err := a.profile(ctx, user)
	if err != nil {
		return err
	}
	merged := known.merge(update)
	if merged == known {
		return nil
	}
	body, err := json.Marshal(merged)
	if err != nil {
		return err
	}
	if _, err := a.config.AppendLog.Append(ctx, streamPeople+user, "", body); err != nil {
		return fmt.Errorf("store a profile: %w", err)
	}
	a.people.profiles.Add(user, merged)
	return nil
}

func (p storedProfile) merge(update storedProfile) storedProfile {
	return storedProfile{cmp.Or(update.Name, p.Name), cmp.Or(update.Email, p.Email), cmp.Or(update.Domain, p.Domain), cmp.Or(update.Direct, p.Direct)}
}

// profile returns a stored profile, empty for a person who has none.
func (a *Adapter) profile(ctx context.Context, user string) (storedProfile, error) {
	if p, ok := a.people.profiles.Get(user); ok {
		return p, nil
	}
	var p storedProfile
	err := a.readStream(ctx, streamPeople+user, func(e bot.Entry) error { return json.Unmarshal(e.Body, &p) })
	if err != nil {
		return storedProfile{}, fmt.Errorf("read a profile: %w", err)
	}
	a.people.profiles.Add(user, p)
	return p, nil
}

// evictProfile makes the next look-up read the append-only log, to which another process may have added.
func (a *Adapter) evictProfile(user string) { a.people.profiles.Remove(user) }
