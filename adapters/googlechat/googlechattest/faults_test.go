package googlechattest_test

import (
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/api/chat/v1"
	"google.golang.org/api/googleapi"
	"google.golang.org/api/option"

	"helptic/adapters/googlechat/googlechattest"
)

// What happens to calls on the way.
func TestFaultsOfCalls(t *testing.T) {
	a := newApp(t, googlechattest.Config{})
	room := a.ws.Space("Mesa")
	get := func() int {
		status, _ := a.do("GET", "/v1/"+room.Name, "", nil)
		return status
	}
	a.ws.Fault("spaces.get", googlechattest.Fault{Status: 503}, googlechattest.Fault{Cut: true}, googlechattest.Fault{Status: 429, Times: 2})
	// A GET that is cut is repeated by the client of the standard library where the connection was used before.
	var got []int
	for len(got) < 6 {
		got = append(got, get())
	}
	if !slices.Contains(got, 503) || !slices.Contains(got, 429) || got[5] != 200 {
		t.Errorf("%v", got)
	}
	a.ws.Fault("*", googlechattest.Fault{Status: 500, Times: -1})
	for range 2 {
		if got := get(); got != 500 {
			t.Errorf("the fault does not last: %d", got)
		}
	}
	a.ws.Heal("*")
	if get() != 200 {
		t.Error("not healed")
	}
	release := make(chan struct{})
	a.ws.Fault("spaces.get", googlechattest.Fault{Hang: release})
	done := make(chan int)
	go func() { done <- get() }()
	select {
	case status := <-done:
		t.Errorf("answered %d while it hangs", status)
	default:
	}
	close(release)
	if status := <-done; status != 200 {
		t.Error(status)
	}
	a.ws.Slow(30 * time.Millisecond)
	before := time.Now()
	if get() != 200 || time.Since(before) < 30*time.Millisecond {
		t.Error("not slow")
	}
	a.ws.Slow(0)
	a.ws.Fault("messages.create", googlechattest.Fault{Lose: true, Cut: true})
	if status, _ := a.do("POST", "/v1/"+room.Name+"/messages?"+ids("1"), "application/json", []byte(`{"text":"Hola","markupSyntax":"MARKUP_SYNTAX_CHAT"}`)); status != 0 || len(room.Messages()) != 1 {
		t.Errorf("%d, %d messages", status, len(room.Messages()))
	}
	if n := a.ws.Count("messages.create"); n != 1 || len(a.ws.Calls("messages.create")) != 1 || a.ws.Count("*") < 8 {
		t.Errorf("%d calls", n)
	}
}

// One write and fifteen reads a second in a space, and so many of a kind in a minute in all.
func TestLimits(t *testing.T) {
	const long = 10 * time.Minute // a second of this workspace: the test is over before
	ws := googlechattest.New(t, googlechattest.Config{Pace: long})
	a := app{t, ws}
	rooms := []*googlechattest.Space{ws.Space("Uno"), ws.Space("Dos"), ws.Space("Tres")}
	body := []byte(`{"text":"Hola","markupSyntax":"MARKUP_SYNTAX_CHAT"}`)
	write := func(s *googlechattest.Space, id string) int {
		status, _ := a.do("POST", "/v1/"+s.Name+"/messages?"+ids(id), "application/json", body)
		return status
	}
	if write(rooms[0], "1") != 200 || write(rooms[0], "2") != 429 || write(rooms[1], "3") != 200 {
		t.Error("one write a second")
	}
	read := func(s *googlechattest.Space) int {
		status, _ := a.do("GET", "/v1/"+s.Name, "", nil)
		return status
	}
	for i := range 15 {
		if read(rooms[0]) != 200 {
			t.Errorf("read %d", i)
		}
	}
	if read(rooms[0]) != 429 || read(rooms[1]) != 200 {
		t.Error("fifteen reads a second")
	}
	ws.SetQuota("message writes", 2)
	if write(rooms[2], "4") != 429 {
		t.Error("two writes a minute in all")
	}
	ws.SetQuota("message writes", 3)
	if write(rooms[2], "5") != 200 {
		t.Error("three writes a minute in all")
	}
	ws.SetQuota("space reads", 5)
	status, answer := a.do("GET", "/v1/spaces", "", nil)
	if status != 429 || !strings.Contains(string(answer), "RESOURCE_EXHAUSTED") {
		t.Errorf("%d %s", status, answer)
	}
}

// The service account calls with the scope of apps, and with no other.
func TestScopes(t *testing.T) {
	ws := googlechattest.New(t, googlechattest.Config{})
	room := ws.Space("Mesa")
	credentials := option.WithAuthCredentialsFile(option.ServiceAccount, ws.Credentials())
	get := func(options ...option.ClientOption) error {
		service, err := chat.NewService(t.Context(), append(options, option.WithEndpoint(ws.APIURL()), credentials)...)
		if err != nil {
			t.Fatal(err)
		}
		_, err = service.Spaces.Get(room.Name).Do()
		return err
	}
	if err := get(option.WithScopes(chat.ChatBotScope)); err != nil {
		t.Error(err)
	}
	var err error
	faults := ws.Refusals(func() { err = get() })
	if err == nil || !says(faults, "asks for the scopes") {
		t.Errorf("all scopes at once: %v %q", err, faults)
	}
	ws.RevokeAccess(true)
	var refused *googleapi.Error
	if err := get(option.WithScopes(chat.ChatBotScope)); err == nil || errors.As(err, &refused) && refused.Code != http.StatusUnauthorized {
		t.Errorf("without access: %v", err)
	}
	r, err := http.Get(ws.APIURL() + "v1/" + room.Name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Body.Close() }()
	if r.StatusCode != http.StatusUnauthorized {
		t.Errorf("without a token: %d", r.StatusCode)
	}
}

// The keys change, and the place where they are has its days.
func TestCertificates(t *testing.T) {
	for _, d := range []googlechattest.Dialect{googlechattest.Classic, googlechattest.Addon} {
		ws := googlechattest.New(t, googlechattest.Config{Dialect: d})
		get := func() (int, string, http.Header) {
			client := &http.Client{Timeout: 100 * time.Millisecond}
			response, err := client.Get(ws.CertsURL())
			if err != nil {
				return 0, "", nil
			}
			defer func() { _ = response.Body.Close() }()
			body, err := io.ReadAll(response.Body)
			if err != nil {
				return 0, "", nil
			}
			return response.StatusCode, string(body), response.Header
		}
		first := ws.Header()["kid"].(string)
		if status, body, head := get(); status != 200 || !strings.Contains(body, first) || !strings.Contains(head.Get("Cache-Control"), "max-age=3600") {
			t.Errorf("%d %s %v", status, body, head)
		}
		ws.RotateKeys(true)
		second := ws.Header()["kid"].(string)
		if _, body, _ := get(); second == first || !strings.Contains(body, first) || !strings.Contains(body, second) {
			t.Errorf("%s, %s: %s", first, second, body)
		}
		ws.RotateKeys(false)
		if _, body, _ := get(); strings.Contains(body, first) || strings.Contains(body, second) {
			t.Error(body)
		}
		ws.CertificatesAge(0)
		if _, _, head := get(); head.Get("Cache-Control") != "" {
			t.Errorf("%v", head)
		}
		for how, want := range map[googlechattest.Certificates]int{googlechattest.CertificatesDown: 503, googlechattest.CertificatesCut: 0, googlechattest.CertificatesHang: 0, googlechattest.CertificatesGarbage: 200,
			googlechattest.CertificatesForeign: 200, googlechattest.CertificatesOther: 200, googlechattest.CertificatesEmpty: 200, googlechattest.CertificatesFine: 200} {
			ws.Certificates(how)
			status, body, _ := get()
			if status != want || how != googlechattest.CertificatesFine && strings.Contains(body, ws.Header()["kid"].(string)+`"`) && !strings.Contains(body, `"EC"`) {
				t.Errorf("%d: %d %s", how, status, body)
			}
		}
		if ws.Count("certs") < 12 {
			t.Errorf("%d requests", ws.Count("certs"))
		}
	}
}
