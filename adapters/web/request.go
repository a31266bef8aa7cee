package web

import (
	"encoding/json"
	"errors"
	"io"
	"regexp"
	"unicode/utf8"

	"helptic/bot"
)

const (
	maxTextRunes    = 8000
	maxFiles        = 10
	maxFields       = 50
	maxValueRunes   = 20000
	maxIDBytes      = 256
	maxCommandBytes = 4096
)

// The page sends a UUID with every POST as idempotency key, in this form only: it becomes part
// of stored keys, so one UUID must not have two spellings.
var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

var errMalformed = errors.New("malformed request")

// messageRequest is a message that a person writes.
type messageRequest struct {
	Person         string   `json:"person"`
	IdempotencyKey string   `json:"once"`
	Room           string   `json:"room"`
	Thread         string   `json:"thread"`
	Text           string   `json:"text"`
	Files          []string `json:"files"`
}

func (m *messageRequest) check() error {
	m.Text = bot.CleanText(m.Text)
	switch {
	case !uuidForm.MatchString(m.IdempotencyKey) || !validIDs(m.Person, m.Room) || m.Thread != "" && messageNumber(m.Thread) == 0 || !validIDs(m.Files...):
		return errMalformed
	case m.Text == "" && len(m.Files) == 0:
		return bot.UserErrorf(textMessageEmpty)
	case utf8.RuneCountInString(m.Text) > maxTextRunes:
		return bot.UserErrorf(textMessageTooLong, maxTextRunes)
	case len(m.Files) > maxFiles:
		return bot.UserErrorf(textTooManyFiles, maxFiles)
	}
	return nil
}

// pressRequest is a button that was pressed or, with a value, an option that was chosen.
type pressRequest struct {
	Person         string  `json:"person"`
	IdempotencyKey string  `json:"once"`
	Message        string  `json:"message"`
	Do             string  `json:"do"`
	Value          *string `json:"value"`
}

func (p *pressRequest) check() error {
	if !uuidForm.MatchString(p.IdempotencyKey) || !validIDs(p.Person) || messageNumber(p.Message) == 0 || p.Do == "" || len(p.Do) > maxCommandBytes ||
		p.Value != nil && utf8.RuneCountInString(*p.Value) > maxValueRunes {
		return errMalformed
	}
	return nil
}

// formRequest is a form that was submitted.
type formRequest struct {
	Person         string            `json:"person"`
	IdempotencyKey string            `json:"once"`
	Token          string            `json:"token"`
	Values         map[string]string `json:"values"`
}

func (f *formRequest) check() error {
	if !uuidForm.MatchString(f.IdempotencyKey) || !validIDs(f.Person) || f.Token == "" || len(f.Values) > maxFields {
		return errMalformed
	}
	for name, value := range f.Values {
		if utf8.RuneCountInString(value) > maxValueRunes {
			return &bot.UserError{Field: name, Text: textValueTooLong}
		}
		f.Values[name] = bot.CleanText(value)
	}
	return nil
}

// personRequest adds a person to the chat.
type personRequest struct {
	IdempotencyKey string `json:"once"`
	Name           string `json:"name"`
	Role           Role   `json:"role"`
}

func (p *personRequest) check() error {
	if !uuidForm.MatchString(p.IdempotencyKey) {
		return errMalformed
	}
	return nil
}

// decode reads one JSON object. It refuses unknown fields.
func decode[T interface{ check() error }](body io.Reader) (T, error) {
	var request T
	d := json.NewDecoder(body)
	d.DisallowUnknownFields()
	if err := d.Decode(&request); err != nil {
		return request, err
	}
	switch _, err := d.Token(); {
	case errors.Is(err, io.EOF):
	case err != nil:
		return request, err
	default:
		return request, errMalformed
	}
	if any(request) == any(*new(T)) { // null
		return request, errMalformed
	}
	return request, request.check()
}

// validIDs reports whether every id is there and not too long.
func validIDs(ids ...string) bool {
	for _, id := range ids {
		if id == "" || len(id) > maxIDBytes {
			return false
		}
	}
	return true
}
