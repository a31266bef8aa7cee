package web

import (
	"context"
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

// Role is what somebody is in this chat.
type Role string

// The roles.
const (
	User       Role = "user"
	Agent      Role = "agent"      // Mesa de ayuda
	Official   Role = "official"   // Oficina de Tecnología
	Supervisor Role = "supervisor" // sees the channels too
)

// labels are the roles as people read them.
var labels = map[Role]string{
	User:       "Usuario",
	Agent:      "Mesa de ayuda",
	Official:   "Oficina de Tecnología",
	Supervisor: "Supervisor",
}

func (r Role) inChannels() bool { return r == Agent || r == Supervisor }

// person is somebody of the chat, as stored and as the page reads it.
type person struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	Role Role   `json:"role"`
}

// firstPeople are there at the first start.
var firstPeople = []person{
	{ID: "web:usuario-1", Name: "Usuario 1", Role: User},
	{ID: "web:usuario-2", Name: "Usuario 2", Role: User},
	{ID: "web:agente-1", Name: "Agente 1", Role: Agent},
	{ID: "web:agente-2", Name: "Agente 2", Role: Agent},
	{ID: "web:oficial-1", Name: "Oficina de Tecnología 1", Role: Official},
	{ID: "web:supervisor-1", Name: "Supervisor 1", Role: Supervisor},
}

// appendFirstPeople may run in several processes at once, and at every start: the keys
// make each person exist once.
func (a *Adapter) appendFirstPeople(ctx context.Context) error {
	for _, p := range firstPeople {
		if _, err := a.append(ctx, personKey(p.ID), entry{Kind: kindPerson, At: a.config.Now().UTC(), Person: &p}); err != nil {
			return err
		}
	}
	return nil
}

func personKey(id string) string { return "person\x00" + id }

// addPerson adds somebody. The UUID makes a repeated request find whom the first one added.
func (a *Adapter) addPerson(ctx context.Context, once, name string, role Role) (person, error) {
	name = strings.Join(strings.Fields(name), " ")
	if err := checkPerson(name, role); err != nil {
		return person{}, err
	}
	if err := a.sync(ctx); err != nil {
		return person{}, err
	}
	for tries := 0; tries < maxPeople; tries++ {
		everyone := a.fold.everyone()
		for _, p := range everyone {
			if strings.EqualFold(p.Name, name) {
				if a.fold.addedUnder(p.ID) == once {
					return p, nil
				}
				return person{}, &bot.UserError{Field: "name", Text: "Ya hay una persona con ese nombre. Escriba otro."}
			}
		}
		if len(everyone) >= maxPeople {
			return person{}, bot.UserErrorf("Ya hay %d personas en este chat; no se pueden agregar más.", maxPeople)
		}
		p := person{ID: a.freeAddress(name), Name: name, Role: role}
		e := entry{Kind: kindPerson, At: a.config.Now().UTC(), Person: &p, Once: once}
		if _, err := a.append(ctx, personKey(p.ID), e); err != nil {
			return person{}, err
		}
		// Another process may have taken the address in between: then it is folded, and the next is tried.
		if a.fold.addedUnder(p.ID) == once {
			return p, nil
		}
	}
	return person{}, bot.UserErrorf("No se pudo agregar a la persona. Intente de nuevo.")
}

func checkPerson(name string, role Role) error {
	switch {
	case name == "":
		return &bot.UserError{Field: "name", Text: "Escriba un nombre."}
	case utf8.RuneCountInString(name) > maxNameRunes:
		return &bot.UserError{Field: "name", Text: "El nombre es muy largo; use 80 caracteres o menos."}
	case strings.ContainsFunc(name, func(r rune) bool { return unicode.IsControl(r) || invisible(r) }):
		return &bot.UserError{Field: "name", Text: "El nombre tiene caracteres que no se ven. Escríbalo de nuevo."}
	case !strings.ContainsFunc(name, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }):
		return &bot.UserError{Field: "name", Text: "Escriba un nombre con letras o números."}
	case labels[role] == "":
		return &bot.UserError{Field: "role", Text: "Elija qué es esta persona."}
	}
	return nil
}

// freeAddress is one that neither a person nor a channel has.
func (a *Adapter) freeAddress(name string) string {
	base := chat + ":" + slug(name)
	for i := 1; ; i++ {
		address := base
		if i > 1 {
			address += "-" + strconv.Itoa(i)
		}
		if _, taken := a.fold.person(address); !taken && !a.isChannel(address) {
			return address
		}
	}
}

func (a *Adapter) isChannel(address string) bool {
	for _, c := range a.channels {
		if c.Address == address {
			return true
		}
	}
	return false
}

var plain = strings.NewReplacer("á", "a", "é", "e", "í", "i", "ó", "o", "ú", "u", "ü", "u", "ñ", "n", "ç", "c")

// slug is a name as it stands in an address: small letters, digits and hyphens.
func slug(name string) string {
	var b strings.Builder
	for _, r := range plain.Replace(strings.ToLower(name)) {
		switch {
		case b.Len() >= maxSlug:
		case 'a' <= r && r <= 'z' || '0' <= r && r <= '9':
			b.WriteRune(r)
		case b.Len() > 0 && !strings.HasSuffix(b.String(), "-"):
			b.WriteByte('-')
		}
	}
	if s := strings.Trim(b.String(), "-"); s != "" {
		return s
	}
	return "persona"
}

// invisible tells of the characters that turn or hide the text around them.
func invisible(r rune) bool {
	return '\u200b' <= r && r <= '\u200f' || '\u202a' <= r && r <= '\u202e' || '\u2060' <= r && r <= '\u206f' || r == '\ufeff'
}
