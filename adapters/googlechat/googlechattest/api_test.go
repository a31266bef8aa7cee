package googlechattest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/textproto"
	"strings"
	"testing"
	"time"

	"helptic/adapters/googlechat/googlechattest"
)

// pace is how long a second lasts in tests.
const pace = 5 * time.Millisecond

// app calls the API by hand.
type app struct {
	t  *testing.T
	ws *googlechattest.Workspace
}

func (a app) do(method, path, contentType string, body []byte) (int, []byte) {
	a.t.Helper()
	r, err := http.NewRequestWithContext(a.t.Context(), method, strings.TrimSuffix(a.ws.APIURL(), "/")+path, bytes.NewReader(body))
	if err != nil {
		a.t.Fatal(err)
	}
	r.Header.Set("Content-Type", contentType)
	response, err := a.ws.Client().Do(r)
	if err != nil {
		return 0, nil
	}
	defer func() { _ = response.Body.Close() }()
	raw, err := io.ReadAll(response.Body)
	if err != nil {
		a.t.Fatal(err)
	}
	return response.StatusCode, raw
}

// call calls a method, waiting as long as its space wants.
func (a app) call(method, path string, body any) (int, o) {
	a.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		a.t.Fatal(err)
	}
	for {
		status, answer := a.do(method, path, "application/json", raw)
		if status == http.StatusTooManyRequests {
			tick := time.NewTimer(pace)
			<-tick.C
			continue
		}
		var of o
		if status != 0 && json.Unmarshal(answer, &of) != nil {
			of = o{"raw": string(answer)}
		}
		return status, of
	}
}

func newApp(t *testing.T, c googlechattest.Config) app {
	t.Helper()
	c.Pace = pace
	ws := googlechattest.New(t, c)
	serve(t, ws, nil)
	return app{t, ws}
}

// ids of a message that is sent once.
func ids(n string) string {
	return "messageId=client-" + n + "&requestId=00000000-0000-4000-8000-" + strings.Repeat("0", 12-len(n)) + n
}

const inThread = "&messageReplyOption=REPLY_MESSAGE_FALLBACK_TO_NEW_THREAD"

// What the API refuses, and the nearest that it takes.
func TestAPIRules(t *testing.T) {
	a := newApp(t, googlechattest.Config{})
	person, stranger := a.ws.User("Usuario 1"), a.ws.User("Usuario 2")
	room, other := a.ws.Space("Mesa", person), a.ws.Space("Otra", person)
	direct := person.Direct()
	from := person.Says(direct, "hola", googlechattest.File{Name: "a.txt", Type: "text/plain", Bytes: []byte("abc")})
	_, mine := a.call("POST", "/v1/"+room.Name+"/messages?"+ids("1"), message(nil))
	name, _ := mine["name"].(string)
	root, _ := mine["thread"].(o)["name"].(string)
	ref, _ := from.Body["attachment"].(l)[0].(o)["attachmentDataRef"].(o)["resourceName"].(string)
	number := strings.TrimPrefix(strings.TrimPrefix(person.Address(), "googlechat:"), "users/")
	posts := "/v1/" + room.Name + "/messages?"
	thread := func(of o) o { return message(o{"thread": of}) }
	for name, c := range map[string]struct {
		method, path string
		body         o
		status       int
		words        string
	}{
		"create":                        {"POST", posts + ids("2"), message(nil), 200, ""},
		"body that is none":             {"POST", posts + ids("3"), message(o{"text": nil}), 400, "neither text nor cards"},
		"without ids":                   {"POST", posts, message(nil), 400, "posted twice"},
		"request that is no UUID":       {"POST", posts + "messageId=client-x&requestId=1", message(nil), 400, "posted twice"},
		"id of another form":            {"POST", posts + strings.Replace(ids("4"), "client-", "Client-", 1), message(nil), 400, "messageId"},
		"the id is taken":               {"POST", posts + "messageId=client-1&requestId=00000000-0000-4000-8000-00000000000a", message(nil), 409, ""},
		"the same request":              {"POST", posts + ids("1"), message(o{"text": "Otra cosa"}), 200, ""},
		"name of its own":               {"POST", posts + ids("5"), message(o{"name": room.Name + "/messages/x"}), 400, "name is given by Google"},
		"parameter of nobody":           {"POST", posts + ids("6") + "&silent=true", message(nil), 400, `parameter "silent"`},
		"old thread key":                {"POST", posts + ids("6") + "&threadKey=x", message(nil), 400, `parameter "threadKey"`},
		"parameter twice":               {"POST", posts + ids("6") + "&messageId=client-6", message(nil), 400, "is there 2 times"},
		"notification":                  {"POST", posts + ids("7") + "&createMessageNotificationOptions.notificationType=NOTIFICATION_TYPE_SILENT", message(nil), 200, ""},
		"notification of another kind":  {"POST", posts + ids("8") + "&createMessageNotificationOptions.notificationType=LOUD", message(nil), 400, `notificationType "LOUD"`},
		"thread":                        {"POST", posts + ids("9") + inThread, thread(o{"name": root}), 200, ""},
		"thread by key":                 {"POST", posts + ids("10") + inThread, thread(o{"threadKey": strings.Repeat("ñ", 4000)}), 200, ""},
		"thread by too long a key":      {"POST", posts + ids("11") + inThread, thread(o{"threadKey": strings.Repeat("ñ", 4001)}), 400, "threadKey of 4001"},
		"thread without option":         {"POST", posts + ids("12"), thread(o{"name": root}), 400, "is ignored"},
		"thread of another option":      {"POST", posts + ids("13") + "&messageReplyOption=REPLY", thread(o{"name": root}), 400, `messageReplyOption "REPLY"`},
		"thread twice":                  {"POST", posts + ids("14") + inThread, thread(o{"name": root, "threadKey": "x"}), 400, "by name and by key"},
		"thread of another space":       {"POST", "/v1/" + other.Name + "/messages?" + ids("15") + inThread, thread(o{"name": root}), 400, "a thread of another space"},
		"thread that is gone":           {"POST", posts + ids("16") + inThread, thread(o{"name": room.Name + "/threads/nada"}), 200, ""},
		"thread that must be there":     {"POST", posts + ids("17") + "&messageReplyOption=REPLY_MESSAGE_OR_FAIL", thread(o{"name": room.Name + "/threads/nada"}), 404, ""},
		"thread in direct messages":     {"POST", "/v1/" + direct.Name + "/messages?" + ids("18") + inThread, message(nil), 400, "of named spaces only"},
		"private":                       {"POST", posts + ids("19"), message(o{"privateMessageViewer": o{"name": "users/" + number}}), 200, ""},
		"private in direct messages":    {"POST", "/v1/" + direct.Name + "/messages?" + ids("20"), message(o{"privateMessageViewer": o{"name": "users/" + number}}), 400, "of named spaces only"},
		"private for one who is away":   {"POST", posts + ids("21"), message(o{"privateMessageViewer": o{"name": strings.TrimPrefix(stranger.Address(), "googlechat:")}}), 400, ""},
		"file that was never sent":      {"POST", posts + ids("22"), message(o{"attachment": l{o{"attachmentDataRef": o{"attachmentUploadToken": "x"}}}}), 400, ""},
		"patch":                         {"PATCH", "/v1/" + name + "?updateMask=text,cardsV2", message(nil), 200, ""},
		"patch by the id of ours":       {"PATCH", "/v1/" + room.Name + "/messages/client-1?updateMask=text,cards_v2", message(nil), 200, ""},
		"patch without mask":            {"PATCH", "/v1/" + name, message(nil), 400, "no updateMask"},
		"patch with fallbackText":       {"PATCH", "/v1/" + name + "?updateMask=text,cardsV2,fallbackText", with(carded(card(paragraph("x"))), "fallbackText", "x"), 400, `updateMask "fallbackText"`},
		"patch with markupSyntax":       {"PATCH", "/v1/" + name + "?updateMask=text,cardsV2,markupSyntax", message(nil), 400, `updateMask "markupSyntax"`},
		"patch without markup":          {"PATCH", "/v1/" + name + "?updateMask=text,cardsV2", message(o{"markupSyntax": nil}), 400, "markupSyntax is not said"},
		"patch of one half":             {"PATCH", "/v1/" + name + "?updateMask=text", message(nil), 400, "the other one stays"},
		"patch beside the mask":         {"PATCH", "/v1/" + name + "?updateMask=text,cardsV2", message(o{"thread": o{"name": root}}), 400, "thread is not in the updateMask"},
		"patch that may create":         {"PATCH", "/v1/" + name + "?updateMask=text,cardsV2&allowMissing=true", message(nil), 400, `parameter "allowMissing"`},
		"patch of somebody's message":   {"PATCH", "/v1/" + from.Name + "?updateMask=text,cardsV2", message(nil), 403, "its own messages only"},
		"patch of nothing":              {"PATCH", "/v1/" + room.Name + "/messages/a.b?updateMask=text,cardsV2", message(nil), 404, ""},
		"message":                       {"GET", "/v1/" + name, nil, 200, ""},
		"no message":                    {"GET", "/v1/" + room.Name + "/messages/nada", nil, 404, ""},
		"no space":                      {"GET", "/v1/spaces/nada", nil, 404, ""},
		"space":                         {"GET", "/v1/" + room.Name, nil, 200, ""},
		"spaces":                        {"GET", "/v1/spaces?pageSize=1", nil, 200, ""},
		"member":                        {"GET", "/v1/" + room.Name + "/members/" + number, nil, 200, ""},
		"member by e-mail":              {"GET", "/v1/" + room.Name + "/members/usuario.1@entidad.example", nil, 400, "asked for by number"},
		"no member":                     {"GET", "/v1/" + room.Name + "/members/7", nil, 404, ""},
		"the app as a member":           {"GET", "/v1/" + room.Name + "/members/900000000000000000009", nil, 403, ""},
		"members":                       {"GET", "/v1/" + room.Name + "/members?filter=member.type+%3D+%22HUMAN%22", nil, 200, ""},
		"members by another filter":     {"GET", "/v1/" + room.Name + "/members?filter=name%3Dx", nil, 400, "filter"},
		"direct messages":               {"GET", "/v1/spaces:findDirectMessage?name=users/" + number, nil, 200, ""},
		"direct messages by e-mail":     {"GET", "/v1/spaces:findDirectMessage?name=users/usuario.1@entidad.example", nil, 400, "a number only"},
		"direct messages there are not": {"GET", "/v1/spaces:findDirectMessage?name=users/7", nil, 404, ""},
		"file":                          {"GET", "/v1/media/" + ref + "?alt=media", nil, 200, ""},
		"file without alt":              {"GET", "/v1/media/" + ref, nil, 400, "alt=media is missing"},
		"file that is not there":        {"GET", "/v1/media/" + ref + "x?alt=media", nil, 404, ""},
		"URL for browsers":              {"GET", "/never", nil, 404, "media.download"},
		"method for people":             {"POST", "/v1/spaces:setup", o{}, 404, "is no method that an app without a user may call"},
		"deleting":                      {"DELETE", "/v1/" + name, nil, 404, "is no method"},
	} {
		t.Run(name, func(t *testing.T) {
			var status int
			var answer o
			faults := a.ws.Refusals(func() { status, answer = a.call(c.method, c.path, c.body) })
			if status != c.status {
				t.Errorf("%d %v", status, answer)
			}
			if c.status >= 400 && answer["error"].(o)["status"] == "" {
				t.Error("an error without a name")
			}
			hold(t, faults, c.words)
		})
	}
	for method, path := range map[string]string{"POST": posts + ids("30"), "PATCH": "/v1/" + name + "?updateMask=text,cardsV2"} {
		faults := a.ws.Refusals(func() {
			for status := 429; status == 429; {
				if status, _ = a.do(method, path, "application/json", []byte("{")); status != 400 && status != 429 {
					t.Errorf("%s: %d", method, status)
				}
			}
		})
		hold(t, faults, "not JSON")
	}
	if text := a.ws.Transcript(); strings.Contains(text, "Otra cosa") {
		t.Error("the repeated request changed something")
	}
	if _, again := a.call("POST", posts+ids("1"), message(o{"text": "Otra cosa"})); again["name"] != mine["name"] {
		t.Error("the repeated request is another message")
	}
}

// A field in the mask that the body does not have is cleared; where both are there both change.
func TestMaskedFieldsAreCleared(t *testing.T) {
	a := newApp(t, googlechattest.Config{})
	room := a.ws.Space("Mesa")
	if status, answer := a.call("POST", "/v1/"+room.Name+"/messages?"+ids("1"), carded(card(paragraph("x")))); status != 200 {
		t.Fatal(answer)
	}
	_, now := a.call("PATCH", "/v1/"+room.Name+"/messages/client-1?updateMask=text,cardsV2", message(nil))
	if now["text"] != "Hola" || now["cardsV2"] != nil {
		t.Errorf("%v", now)
	}
}

const emptyFile = "inode/x-empty"

func upload(t *testing.T, about string, kinds ...string) (body []byte, contentType string) {
	t.Helper()
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for i, kind := range kinds {
		part, err := w.CreatePart(textproto.MIMEHeader{"Content-Type": {kind}})
		if err != nil {
			t.Fatal(err)
		}
		text := "bytes"
		switch {
		case i == 0:
			text = about
		case kind == emptyFile:
			text = ""
		}
		if _, err := part.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), "multipart/related; boundary=" + w.Boundary()
}

func TestUploads(t *testing.T) {
	a := newApp(t, googlechattest.Config{})
	room, other := a.ws.Space("Mesa"), a.ws.Space("Otra")
	send := func(s *googlechattest.Space, query, contentType string, body []byte) (status int, token string, faults []string) {
		faults = a.ws.Refusals(func() {
			for {
				var answer []byte
				status, answer = a.do("POST", "/upload/v1/"+s.Name+"/attachments:upload"+query, contentType, body)
				if status == http.StatusTooManyRequests {
					tick := time.NewTimer(pace)
					<-tick.C
					continue
				}
				var of struct {
					AttachmentDataRef struct{ AttachmentUploadToken string }
				}
				if err := json.Unmarshal(answer, &of); err != nil {
					t.Fatal(err)
				}
				token = of.AttachmentDataRef.AttachmentUploadToken
				return
			}
		})
		return status, token, faults
	}
	const good = `{"filename":"foto.png"}`
	for name, c := range map[string]struct {
		query, about string
		kinds        []string
		words        string
	}{
		"two parts":              {"?uploadType=multipart", good, []string{"application/json", "image/png"}, ""},
		"another type of upload": {"?uploadType=media", good, []string{"application/json", "image/png"}, "uploadType=multipart"},
		"one part":               {"?uploadType=multipart", good, []string{"application/json"}, "no bytes"},
		"three parts":            {"?uploadType=multipart", good, []string{"application/json", "image/png", "image/png"}, "more than a description and a file"},
		"no description":         {"?uploadType=multipart", good, []string{"image/png", "image/png"}, "is no JSON"},
		"unknown field":          {"?uploadType=multipart", `{"filename":"a","size":1}`, []string{"application/json", "image/png"}, "size: unknown field"},
		"no name":                {"?uploadType=multipart", `{}`, []string{"application/json", "image/png"}, "no filename"},
		"an empty file":          {"?uploadType=multipart", good, []string{"application/json", emptyFile}, "a file of 0 bytes"},
		"no content type":        {"?uploadType=multipart", good, []string{"application/json", "x y"}, "content type"},
	} {
		t.Run(name, func(t *testing.T) {
			body, contentType := upload(t, c.about, c.kinds...)
			status, _, faults := send(room, c.query, contentType, body)
			hold(t, faults, c.words)
			if (status == 200) != (c.words == "") {
				t.Error(status)
			}
		})
	}
	body, contentType := upload(t, good, "application/json", "image/png")
	_, token, _ := send(room, "?uploadType=multipart", contentType, body)
	attached := message(o{"attachment": l{o{"attachmentDataRef": o{"attachmentUploadToken": token}}}})
	if status, _ := a.call("POST", "/v1/"+other.Name+"/messages?"+ids("1"), attached); status != 400 {
		t.Errorf("the upload of another space: %d", status)
	}
	if status, answer := a.call("POST", "/v1/"+room.Name+"/messages?"+ids("2"), attached); status != 200 {
		t.Errorf("%d %v", status, answer)
	}
	if status, _ := a.call("POST", "/v1/"+room.Name+"/messages?"+ids("3"), attached); status != 400 {
		t.Errorf("the upload a second time: %d", status)
	}
	if files := room.Messages()[0].Files; len(files) != 1 || string(files[0].Bytes) != "bytes" || files[0].Type != "image/png" {
		t.Errorf("%v", files)
	}
}
