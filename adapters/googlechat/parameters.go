package googlechat

import "google.golang.org/api/chat/v1"

// actionParameters are the parameters of an action of ours. Google Chat sends them back with the event,
// for as long as the message exists, so their names and values are a stored shape.
type actionParameters struct {
	Do      string // command of the button or list
	Select  string // widget whose value the command takes
	Form    string // id of the stored form
	Cancel  string // cancelForm or cancelConfirmation
	Confirm string // question to be answered first
	Label   string // label of the button that asked it
	Message string // message that the event is about, if it is not the one with the button
	List    string // list to search
	Widget  string // widget that shows the results
}

// Values of actionParameters.Cancel.
const (
	cancelForm         = "1"
	cancelConfirmation = "ask"
)

// queryParameter is what Google Chat calls the text that a person has typed into a list that is searched.
const queryParameter = "autocomplete_widget_query"

type parameter struct {
	name  string
	value *string
}

// fields names the parameters, in the order in which they are written.
func (p *actionParameters) fields() []parameter {
	return []parameter{
		{"do", &p.Do}, {"select", &p.Select}, {"form", &p.Form}, {"cancel", &p.Cancel}, {"ask", &p.Confirm},
		{"label", &p.Label}, {"on", &p.Message}, {"list", &p.List}, {"widget", &p.Widget},
	}
}

// decodeParameters reads the parameters of an event. Others are ignored.
func decodeParameters(values map[string]string) actionParameters {
	var p actionParameters
	for _, f := range p.fields() {
		*f.value = values[f.name]
	}
	return p
}

// encode leaves out what is empty.
func (p actionParameters) encode() []*chat.GoogleAppsCardV1ActionParameter {
	var out []*chat.GoogleAppsCardV1ActionParameter
	for _, f := range p.fields() {
		if *f.value != "" {
			out = append(out, &chat.GoogleAppsCardV1ActionParameter{Key: f.name, Value: *f.value})
		}
	}
	return out
}
