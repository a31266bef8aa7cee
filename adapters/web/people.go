package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"helptic/bot"
)

const (
	maxPeople    = 200
	maxNameRunes = 80
	maxSlug      = 60
)

// Role is what a person is in this chat.
type Role string

// The roles.
const (
	User       Role = "user"
	Agent      Role = "agent"      // Mesa de ayuda
	Official   Role = "official"   // Oficina de Tecnología
	Supervisor Role = "supervisor" // is in the channels, as agents are
)

func (r Role) inChannels() bool { return r == Agent || r == Supervisor }

// person is stored in the log and read by the page in the same shape.
type person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role Role   `json:"role"`
}

var errUnknownPerson = errors.New("web chat: nobody has that address")

// Person implements bot.Adapter.
func (a *Adapter) Person(ctx context.Context, address string) (bot.Person, error) {
	p, err := a.lookUp(ctx, address)
	if err != nil {
		return bot.Person{}, err
	}
	return bot.Person{ID: p.ID, Name: p.Name}, nil
}

// Role returns the role of a person.
func (a *Adapter) Role(ctx context.Context, address string) (Role, error) {
	p, err := a.lookUp(ctx, address)
	return p.Role, err
}

// Member implements bot.Adapter: agents and supervisors are members of every channel.
func (a *Adapter) Member(ctx context.Context, channel, address string) (bool, error) {
	p, err := a.lookUp(ctx, address)
	switch {
	case errors.Is(err, errUnknownPerson):
		return false, nil
	case err != nil:
		return false, &bot.RetryError{Err: err} // the database failed, not the channel
	}
	return a.projection.inRoom(p, channel) && channel != p.ID, nil
}

// lookUp finds a person, also one whom another process added just now.
func (a *Adapter) lookUp(ctx context.Context, address string) (person, error) {
	if err := a.start(ctx); err != nil {
		return person{}, &bot.RetryError{Err: err}
	}
	if p, ok := a.projection.person(address); ok {
		return p, nil
	}
	if bot.Chat(address) != chat {
		return person{}, errUnknownPerson
	}
	if err := a.sync(ctx); err != nil {
		return person{}, &bot.RetryError{Err: err}
	}
	if p, ok := a.projection.person(address); ok {
		return p, nil
	}
	return person{}, errUnknownPerson
}

// actor is the person for whom a request is made. Where there is none, it answers the request.
func (a *Adapter) actor(w http.ResponseWriter, r *http.Request, address string) (person, bool) {
	p, err := a.lookUp(r.Context(), address)
	switch {
	case errors.Is(err, errUnknownPerson):
		writeError(w, http.StatusNotFound, textUnknownPerson)
	case err != nil:
		a.writeFailure(w, err, textUnavailable)
	default:
		return p, true
	}
	return person{}, false
}

// appendInitialPeople may run in several processes at once and runs at every start. The keys
// make each person exist once.
func (a *Adapter) appendInitialPeople(ctx context.Context) error {
	for _, p := range initialPeople {
		if _, err := a.append(ctx, personKey(p.ID), entry{Kind: kindPerson, At: a.config.Now().UTC(), Person: &p}); err != nil {
			return err
		}
	}
	return nil
}

func personKey(id string) string { return "person\x00" + id }

func (a *Adapter) acceptPerson(_ *connection, w http.ResponseWriter, r *http.Request, request *personRequest) {
	p, err := a.addPerson(r.Context(), request.IdempotencyKey, request.Name, request.Role)
	if err != nil {
		a.writeFailure(w, err, textPersonNotAdded)
		return
	}
	writeJSON(w, http.StatusOK, p)
}

// addPerson adds a person. A repeated request finds the person that its first attempt added.
func (a *Adapter) addPerson(ctx context.Context, idempotencyKey, name string, role Role) (person, error) {
	name = strings.Join(strings.Fields(name), " ")
	if err := checkPerson(name, role); err != nil {
		return person{}, err
	}
	if err := a.sync(ctx); err != nil {
		return person{}, err
	}
	for attempt := 0; attempt < maxPeople; attempt++ {
		people := a.projection.allPeople()
		for _, p := range people {
			if strings.EqualFold(p.Name, name) {
				if a.projection.createdBy(p.ID) == idempotencyKey {
					return p, nil
				}
				return person{}, &bot.UserError{Field: "name", Text: textNameTaken}
			}
		}
		if len(people) >= maxPeople {
			return person{}, bot.UserErrorf(textTooManyPeople, maxPeople)
		}
		p := person{ID: a.freeAddress(name), Name: name, Role: role}
		e := entry{Kind: kindPerson, At: a.config.Now().UTC(), Person: &p, IdempotencyKey: idempotencyKey}
		if _, err := a.append(ctx, personKey(p.ID), e); err != nil {
			return person{}, err
		}
		// Another process may have added a person under the same address first. Then the
		// projection holds that person by now, and the next attempt uses another address.
		if a.projection.createdBy(p.ID) == idempotencyKey {
			return p, nil
		}
	}
	return person{}, &bot.UserError{Text: textPersonNotAdded}
}

func checkPerson(name string, role Role) error {
	switch {
	case name == "":
		return &bot.UserError{Field: "name", Text: textNameMissing}
	case utf8.RuneCountInString(name) > maxNameRunes:
		return &bot.UserError{Field: "name", Text: fmt.Sprintf(textNameTooLong, maxNameRunes)}
	case strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || invisible(r) }):
		return &bot.UserError{Field: "name", Text: textNameInvisible}
	case !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }):
		return &bot.UserError{Field: "name", Text: textNameWithoutLetter}
	case roleLabels[role] == "":
		return &bot.UserError{Field: "role", Text: textRoleMissing}
	}
	return nil
}

// freeAddress is the first address for a name that neither a person nor a channel has.
func (a *Adapter) freeAddress(name string) string {
	base := chat + ":" + slug(name)
	for i := 1; ; i++ {
		address := base
		if i > 1 {
			address += "-" + strconv.Itoa(i)
		}
		if _, taken := a.projection.person(address); !taken && !a.isChannel(address) {
			return address
		}
	}
}

func (a *Adapter) isChannel(address string) bool {
	return slices.ContainsFunc(a.channels, func(c channel) bool { return c.Address == address })
}

// slug is a name as an address has it: small letters, digits and hyphens.
func slug(name string) string {
	ascii := strings.Map(func(r rune) rune {
		if r > unicode.MaxASCII {
			return ' '
		}
		return r
	}, bot.FoldText(name))
	s := strings.Join(strings.Fields(ascii), "-")
	if len(s) > maxSlug {
		s = strings.TrimSuffix(s[:maxSlug], "-")
	}
	if s == "" {
		return slugUnnamedPerson
	}
	return s
}

// invisible reports characters that reorder or hide the text around them.
func invisible(r rune) bool {
	return '\u200b' <= r && r <= '\u200f' || '\u202a' <= r && r <= '\u202e' || '\u2060' <= r && r <= '\u206f' || r == '\ufeff'
}
