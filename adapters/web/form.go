package web

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"helptic/bot"
)

// form is a bot.Form as the page reads it. Token stands for its command: only whom it
// was opened for can send it, only with these fields, and from where it was opened.
type form struct {
	Title  string  `json:"title"`
	Text   string  `json:"text,omitempty"`
	Token  string  `json:"token"`
	Submit string  `json:"submit"`
	Fields []field `json:"fields"`
}

type field struct {
	Name     string   `json:"name"`
	Label    string   `json:"label"`
	Hint     string   `json:"hint,omitempty"`
	Kind     bot.Kind `json:"kind"`
	Options  []option `json:"options,omitempty"`
	Value    string   `json:"value,omitempty"`
	Optional bool     `json:"optional,omitempty"`
	Max      int      `json:"max,omitempty"`
	// Files are those that Value names, so that the page can show them.
	Files []bot.File `json:"files,omitempty"`
}

// grant is what a form's token says.
type grant struct {
	Person  string          `json:"p"`
	Room    string          `json:"r"`
	Message int64           `json:"m,omitempty"`
	Do      string          `json:"d"`
	Fields  map[string]bool `json:"f"` // true: its value names files
}

var errForged = errors.New("form token is not ours")

// openForm gives a form to a person.
func (a *Adapter) openForm(p person, room string, message int64, f bot.Form) form {
	g := grant{Person: p.ID, Room: room, Message: message, Do: f.Do, Fields: map[string]bool{}}
	fields := make([]field, len(f.Fields))
	for i, from := range f.Fields {
		g.Fields[from.Name] = from.Kind == bot.FileUpload
		fields[i] = field{
			Name: from.Name, Label: from.Label, Hint: from.Hint, Kind: from.Kind, Options: storedOptions(from.Options),
			Value: from.Value, Optional: from.Optional, Max: from.Max,
		}
		if from.Kind == bot.FileUpload {
			fields[i].Value = ""
			for id := range strings.FieldsSeq(from.Value) {
				if file, ok := a.fold.fileFor(p, id); ok {
					fields[i].Files = append(fields[i].Files, file)
				}
			}
		}
	}
	return form{Title: f.Title, Text: f.Text, Token: sign(a.formKey, g), Submit: f.Submit, Fields: fields}
}

// sign makes the token of a grant.
func sign(key []byte, g grant) string {
	body, err := json.Marshal(g)
	if err != nil {
		panic(err) // unreachable: a grant is strings and numbers
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	return base64.RawURLEncoding.EncodeToString(body) + "." + base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// verify is what a token of ours says.
func verify(key []byte, token string) (grant, error) {
	first, second, ok := strings.Cut(token, ".")
	if !ok {
		return grant{}, errForged
	}
	body, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return grant{}, errForged
	}
	sum, err := base64.RawURLEncoding.DecodeString(second)
	if err != nil {
		return grant{}, errForged
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	if !hmac.Equal(sum, mac.Sum(nil)) {
		return grant{}, errForged
	}
	var g grant
	if err := json.Unmarshal(body, &g); err != nil {
		return grant{}, errForged
	}
	return g, nil
}

// secret is the key that the forms of every process are signed with. It is made once,
// whoever comes first, and outlives restarts: a form that is open stays good.
func secret(ctx context.Context, m bot.AppendLog) ([]byte, error) {
	const apart, bytes = "web/secret", 32
	fresh := make([]byte, bytes)
	rand.Read(fresh)
	if _, err := m.Append(ctx, apart, "form", fresh); err != nil {
		return nil, fmt.Errorf("keep the key of the forms: %w", err)
	}
	entries, err := m.Read(ctx, apart, 0, 1)
	if err != nil {
		return nil, fmt.Errorf("read the key of the forms: %w", err)
	}
	if len(entries) == 0 || len(entries[0].Body) != bytes {
		return nil, errors.New("the key of the forms is damaged in the database")
	}
	return entries[0].Body, nil
}
