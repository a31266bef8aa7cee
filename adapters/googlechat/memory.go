package googlechat

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"helptic/bot"
)

// Streams of the memory.
const (
	streamPeople  = "googlechat/people/" // + users/…: who they are and where their direct messages stand
	streamForms   = "googlechat/forms"   // forms that were opened
	streamDeleted = "googlechat/gone/"   // + id: messages that were deleted, to be posted anew
	streamRoots   = "googlechat/roots/"  // + message: which one stands for the first of a thread, once that was deleted
	streamDomains = "googlechat/home"    // domains of the organization
)

const maxCached = 10_000

// none is the body of an entry that is all in its key.
var emptyBody = []byte("{}")

// profile is what is remembered of a person.
type profile struct {
	Name   string `json:"name,omitempty"`
	Email  string `json:"email,omitempty"`
	Domain string `json:"domain,omitempty"`
	Direct string `json:"direct,omitempty"` // space of the direct messages
}

// people caches the memory, and what Google says of people.
type people struct {
	now  func() time.Time
	mu   sync.Mutex
	all  map[string]profile
	seen map[[2]string]time.Time // by space and person: until when they are believed to be in it
	ours map[string]standing     // by person
	home map[string]bool         // domains; nil: not read yet
	// askAgain is when the agents' space may tell the domains again.
	askAgain time.Time
}

type standing struct {
	guest bool
	until time.Time
}

// remember keeps what an event tells of a person: their direct messages cannot be asked for
// by everybody, and a name may not be told again.
func (a *Adapter) learnFromEvent(ctx context.Context, i interaction) error {
	told := profile{Name: oneLine(i.user.DisplayName), Email: i.user.Email, Domain: i.user.DomainID}
	if i.space.direct() {
		told.Direct = i.space.Name
	}
	return a.saveProfile(ctx, i.user.Name, told)
}

func (a *Adapter) saveProfile(ctx context.Context, person string, told profile) error {
	known, err := a.profile(ctx, person)
	if err != nil {
		return err
	}
	fresh := profile{cmp.Or(told.Name, known.Name), cmp.Or(told.Email, known.Email), cmp.Or(told.Domain, known.Domain), cmp.Or(told.Direct, known.Direct)}
	if fresh == known {
		return nil
	}
	body, err := json.Marshal(fresh)
	if err != nil {
		return err
	}
	if _, err := a.config.AppendLog.Append(ctx, streamPeople+person, "", body); err != nil {
		return fmt.Errorf("remember a person: %w", err)
	}
	a.people.keep(person, fresh)
	return nil
}

// profile is what is remembered of a person, empty for nobody.
func (a *Adapter) profile(ctx context.Context, person string) (profile, error) {
	a.people.mu.Lock()
	p, ok := a.people.all[person]
	a.people.mu.Unlock()
	if ok {
		return p, nil
	}
	err := a.readStream(ctx, streamPeople+person, func(e bot.Entry) error { return json.Unmarshal(e.Body, &p) })
	if err != nil {
		return profile{}, fmt.Errorf("what is remembered of a person: %w", err)
	}
	a.people.keep(person, p)
	return p, nil
}

func (p *people) keep(person string, known profile) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.all == nil || len(p.all) >= maxCached {
		p.all = map[string]profile{}
	}
	p.all[person] = known
}

// forget makes the next question about a person go to the memory: another process may know more.
func (p *people) forget(person string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.all, person)
}

// stream reads all entries of one.
func (a *Adapter) readStream(ctx context.Context, stream string, each func(bot.Entry) error) error {
	const atOnce = 100
	for after := int64(0); ; {
		entries, err := a.config.AppendLog.Read(ctx, stream, after, atOnce)
		if err != nil {
			return err
		}
		for _, e := range entries {
			if err := each(e); err != nil {
				return err
			}
			after = e.Position
		}
		if len(entries) < atOnce {
			return nil
		}
	}
}

// keepForm makes a form readable by whoever takes it when it is sent, in any process.
// The same form takes its place once.
func (a *Adapter) saveForm(ctx context.Context, f bot.Form) (place string, err error) {
	body, err := json.Marshal(f)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(body)
	position, err := a.config.AppendLog.Append(ctx, streamForms, hex.EncodeToString(sum[:]), body)
	if err != nil {
		return "", fmt.Errorf("keep a form: %w", err)
	}
	return strconv.FormatInt(position, 10), nil
}

var errFormNotFound = errors.New("form is not kept")

func (a *Adapter) loadForm(ctx context.Context, place string) (bot.Form, error) {
	var f bot.Form
	position, err := strconv.ParseInt(place, 10, 64)
	if err != nil || position < 1 {
		return f, errFormNotFound
	}
	entries, err := a.config.AppendLog.Read(ctx, streamForms, position-1, 1)
	switch {
	case err != nil:
		return f, fmt.Errorf("read a form: %w", err)
	case len(entries) == 0 || entries[0].Position != position:
		return f, errFormNotFound
	}
	return f, json.Unmarshal(entries[0].Body, &f)
}
