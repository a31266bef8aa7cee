package bot

import "strings"

// Texts are the sentences that the inbox itself says to people. The caller writes them,
// in the language of its people. An empty text is not shown.
type Texts struct {
	// EventFailed says that an event was given up after the handler failed on it for
	// good. "{reference}" in it stands for the reference under which the log has the cause.
	EventFailed string
	// FormLate says that a form was not opened, because the chat no longer waited for
	// it, and that the button can be pressed again.
	FormLate string
}

func (t Texts) eventFailed(reference string) string {
	return strings.ReplaceAll(t.EventFailed, "{reference}", reference)
}
