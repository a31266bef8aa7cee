package googlechat

import "helptic/bot"

// The bodies of the append-only log. Their tags are a stored shape: they may be added to, and not renamed.
type (
	// storedProfile is what is known of a person. A field of a later entry replaces that of an earlier one.
	storedProfile struct {
		Name   string `json:"name,omitempty"`
		Email  string `json:"email,omitempty"`
		Domain string `json:"domain,omitempty"`
		Direct string `json:"direct,omitempty"` // space of the direct messages
	}
	// storedRoot is the name of a message, a JSON string.
	storedRoot string
	// storedForm is a bot.Form.
	storedForm struct {
		Title  string        `json:"title,omitempty"`
		Text   string        `json:"text,omitempty"`
		Do     string        `json:"do,omitempty"`
		Submit string        `json:"submit,omitempty"`
		Fields []storedField `json:"fields,omitempty"`
	}
	storedField struct {
		Name     string         `json:"name,omitempty"`
		Label    string         `json:"label,omitempty"`
		Hint     string         `json:"hint,omitempty"`
		Kind     string         `json:"kind,omitempty"`
		Options  []storedOption `json:"options,omitempty"`
		List     string         `json:"list,omitempty"`
		Value    string         `json:"value,omitempty"`
		Optional bool           `json:"optional,omitempty"`
		Max      int            `json:"max,omitempty"`
	}
	storedOption struct {
		Label  string `json:"label,omitempty"`
		Value  string `json:"value,omitempty"`
		Detail string `json:"detail,omitempty"`
		Group  string `json:"group,omitempty"`
	}
)

func newStoredForm(f bot.Form) storedForm {
	s := storedForm{Title: f.Title, Text: f.Text, Do: f.Do, Submit: f.Submit}
	for _, field := range f.Fields {
		stored := storedField{Name: field.Name, Label: field.Label, Hint: field.Hint, Kind: string(field.Kind), List: field.List, Value: field.Value, Optional: field.Optional, Max: field.Max}
		for _, o := range field.Options {
			stored.Options = append(stored.Options, storedOption(o))
		}
		s.Fields = append(s.Fields, stored)
	}
	return s
}

func (s storedForm) form() bot.Form {
	f := bot.Form{Title: s.Title, Text: s.Text, Do: s.Do, Submit: s.Submit}
	for _, stored := range s.Fields {
		field := bot.Field{Name: stored.Name, Label: stored.Label, Hint: stored.Hint, Kind: bot.Kind(stored.Kind), List: stored.List, Value: stored.Value, Optional: stored.Optional, Max: stored.Max}
		for _, o := range stored.Options {
			field.Options = append(field.Options, bot.Option(o))
		}
		f.Fields = append(f.Fields, field)
	}
	return f
}
