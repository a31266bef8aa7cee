package web

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"helptic/bot"
)

const (
	maxTextRunes  = 8000
	maxFiles      = 10
	maxFields     = 50
	maxValueRunes = 20000
	maxID         = 256
	maxDo         = 4096
)

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

var errMalformed = errors.New("malformed request")

// sayRequest is a message that somebody writes.
type sayRequest struct {
	Person string   `json:"person"`
	Once   string   `json:"once"`
	Room   string   `json:"room"`
	Thread string   `json:"thread"`
	Text   string   `json:"text"`
	Files  []string `json:"files"`
}

func (s *sayRequest) check() error {
	s.Text = strings.TrimSpace(strings.Map(writable, strings.ReplaceAll(s.Text, "\r\n", "\n")))
	switch {
	case !uuidForm.MatchString(s.Once) || !short(s.Person, s.Room) || s.Thread != "" && messageNumber(s.Thread) == 0 || !short(s.Files...):
		return errMalformed
	case s.Text == "" && len(s.Files) == 0:
		return bot.UserErrorf("Escriba un mensaje o adjunte un archivo.")
	case utf8.RuneCountInString(s.Text) > maxTextRunes:
		return bot.UserErrorf("El mensaje es muy largo: el máximo es de %d caracteres. Divídalo o adjunte un archivo.", maxTextRunes)
	case len(s.Files) > maxFiles:
		return bot.UserErrorf("Adjunte %d archivos o menos en cada mensaje.", maxFiles)
	}
	return nil
}

// pressRequest is a button pressed or, with a value, an option chosen.
type pressRequest struct {
	Person  string  `json:"person"`
	Once    string  `json:"once"`
	Message string  `json:"message"`
	Do      string  `json:"do"`
	Value   *string `json:"value"`
}

func (p *pressRequest) check() error {
	if !uuidForm.MatchString(p.Once) || !short(p.Person) || messageNumber(p.Message) == 0 || p.Do == "" || len(p.Do) > maxDo ||
		p.Value != nil && utf8.RuneCountInString(*p.Value) > maxValueRunes {
		return errMalformed
	}
	return nil
}

// formRequest is a form sent.
type formRequest struct {
	Person string            `json:"person"`
	Once   string            `json:"once"`
	Token  string            `json:"token"`
	Values map[string]string `json:"values"`
}

func (f *formRequest) check() error {
	if !uuidForm.MatchString(f.Once) || !short(f.Person) || f.Token == "" || len(f.Values) > maxFields {
		return errMalformed
	}
	for name, value := range f.Values {
		if utf8.RuneCountInString(value) > maxValueRunes {
			return &bot.UserError{Field: name, Text: "El texto es muy largo. Acórtelo."}
		}
		f.Values[name] = strings.Map(writable, strings.ReplaceAll(value, "\r\n", "\n"))
	}
	return nil
}

// personRequest adds somebody to the chat.
type personRequest struct {
	Once string `json:"once"`
	Name string `json:"name"`
	Role Role   `json:"role"`
}

func (p *personRequest) check() error {
	if !uuidForm.MatchString(p.Once) {
		return errMalformed
	}
	return nil
}

// decode reads one JSON object, with no field that it does not know.
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

// short tells whether ids are there and of a length that ids have.
func short(ids ...string) bool {
	for _, id := range ids {
		if id == "" || len(id) > maxID {
			return false
		}
	}
	return true
}

// writable drops the control characters that come with pasted text.
func writable(r rune) rune {
	if r != '\n' && r != '\t' && unicode.IsControl(r) {
		return -1
	}
	return r
}

// asked is the person that a request is made for; it answers the request where there is none.
func (a *Adapter) asked(w http.ResponseWriter, r *http.Request, address string) (person, bool) {
	p, err := a.lookUp(r.Context(), address)
	switch {
	case errors.Is(err, errNobody):
		refuse(w, http.StatusNotFound, "Esa persona no está en este chat. Elija otra.")
	case err != nil:
		a.fail(w, err, "El chat no responde. Intente de nuevo en un momento.")
	default:
		return p, true
	}
	return person{}, false
}
