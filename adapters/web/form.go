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

// form is a bot.Form in the shape that the page reads. The token stands for the command of the
// form: only the person for whom the form was opened can submit it, with these fields, from the
// room and the message where it was opened.
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
	// Files are the files whose ids are the proposed value, so that the page can show them.
	Files []bot.File `json:"files,omitempty"`
}

// grant is the content of a token. A page keeps its tokens across restarts of the server, so the
// tags must not change. testdata/token.txt holds a token.
type grant struct {
	Person  string          `json:"p"`
	Room    string          `json:"r"`
	Message int64           `json:"m,omitempty"`
	Do      string          `json:"d"`
	Fields  map[string]bool `json:"f"` // by name; true: the value is ids of files
}

var errInvalidToken = errors.New("form token has no valid signature")

// openForm makes the form that a person submits.
func (a *Adapter) openForm(p person, room string, message int64, source bot.Form) form {
	g := grant{Person: p.ID, Room: room, Message: message, Do: source.Do, Fields: map[string]bool{}}
	fields := make([]field, len(source.Fields))
	for i, f := range source.Fields {
		g.Fields[f.Name] = f.Kind == bot.FileUpload
		fields[i] = field{
			Name: f.Name, Label: f.Label, Hint: f.Hint, Kind: f.Kind, Options: newOptions(f.Options),
			Value: f.Value, Optional: f.Optional, Max: f.Max,
		}
		if f.Kind == bot.FileUpload {
			fields[i].Value = ""
			for id := range strings.FieldsSeq(f.Value) {
				if file, ok := a.projection.readableFile(p, id); ok {
					fields[i].Files = append(fields[i].Files, file)
				}
			}
		}
	}
	return form{Title: source.Title, Text: source.Text, Token: sign(a.formKey, g), Submit: source.Submit, Fields: fields}
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

// verify returns the grant of a token that was signed with the key.
func verify(key []byte, token string) (grant, error) {
	first, second, ok := strings.Cut(token, ".")
	if !ok {
		return grant{}, errInvalidToken
	}
	body, err := base64.RawURLEncoding.DecodeString(first)
	if err != nil {
		return grant{}, errInvalidToken
	}
	sum, err := base64.RawURLEncoding.DecodeString(second)
	if err != nil {
		return grant{}, errInvalidToken
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(body)
	if !hmac.Equal(sum, mac.Sum(nil)) {
		return grant{}, errInvalidToken
	}
	var g grant
	if err := json.Unmarshal(body, &g); err != nil {
		return grant{}, errInvalidToken
	}
	return g, nil
}

// loadFormKey returns the key that signs the forms of all processes. The first process makes it.
// It outlives restarts, so a form that is open in a page can still be submitted.
func loadFormKey(ctx context.Context, log bot.AppendLog) ([]byte, error) {
	const secretStream, size = "web/secret", 32
	newKey := make([]byte, size)
	rand.Read(newKey)
	if _, err := log.Append(ctx, secretStream, "form", newKey); err != nil {
		return nil, fmt.Errorf("store the key of the forms: %w", err)
	}
	entries, err := log.Read(ctx, secretStream, 0, 1)
	if err != nil {
		return nil, fmt.Errorf("read the key of the forms: %w", err)
	}
	if len(entries) == 0 || len(entries[0].Body) != size {
		return nil, errors.New("the key of the forms is damaged in the database")
	}
	return entries[0].Body, nil
}
