package web

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestCrossOriginRequestsAreRefused(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	host := func(name string) func(*http.Request) { return func(r *http.Request) { r.Host = name } }
	body := messageBody(1, user1, user1, "hola")
	for name, c := range map[string]struct {
		method, path string
		body         any
		change       func(*http.Request)
		want         int
	}{
		"cross-site post":        {"POST", "/web/messages", body, header("Sec-Fetch-Site", "cross-site"), 403},
		"post of another origin": {"POST", "/web/messages", body, header("Origin", "http://example.com"), 403},
		"upload of another":      {"POST", "/web/files?person=" + user1, "x", header("Origin", "http://example.com"), 403},
		"read by another site":   {"GET", "/web/state?person=" + user1, nil, header("Sec-Fetch-Site", "cross-site"), 403},
		"rebound name":           {"GET", "/", nil, host("evil.example:8080"), 403},
		"rebound post":           {"POST", "/web/messages", body, host("evil.example"), 403},
		"no name":                {"GET", "/web/state?person=" + user1, nil, host("localhost.evil.example"), 403},
		"private address":        {"GET", "/", nil, host("192.168.1.4:8080"), 403},
		"localhost":              {"GET", "/", nil, host("localhost:8080"), 200},
		"loopback":               {"GET", "/", nil, host("127.0.0.1:8080"), 200},
		"loopback v6":            {"GET", "/", nil, host("[::1]:8080"), 200},
		"form content type":      {"POST", "/web/messages", body, header("Content-Type", "text/plain"), 415},
		"no content type":        {"POST", "/web/presses", body, header("Content-Type", ""), 415},
		"same origin":            {"POST", "/web/messages", body, header("Sec-Fetch-Site", "same-origin"), 200},
		"wrong method":           {"GET", "/web/messages/x", nil, nil, 404},
		"method not allowed":     {"DELETE", "/web/messages", nil, nil, 405},
		"no such page":           {"GET", "/nada", nil, nil, 404},
		"no such asset":          {"GET", "/web/page/page.go", nil, nil, 404},
		"folders":                {"GET", "/web/page/..%2fpage.go", nil, nil, 404},
	} {
		var change []func(*http.Request)
		if c.change != nil {
			change = append(change, c.change)
		}
		status, answer, h := d.request(c.method, c.path, c.body, change...)
		if status != c.want {
			t.Errorf("%s: %d %v", name, status, answer)
		}
		if status >= 400 && (answer["error"] == nil || answer["error"] == "") {
			t.Errorf("%s: no sentence: %v", name, answer)
		}
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", name, csp)
		}
		for _, want := range []string{"X-Content-Type-Options", "X-Frame-Options", "Referrer-Policy", "Cross-Origin-Resource-Policy"} {
			if h.Get(want) == "" {
				t.Errorf("%s: no %s", name, want)
			}
		}
	}
}

func TestHostNamesAreChecked(t *testing.T) {
	for _, c := range []struct {
		allowed []string
		host    string
		want    bool
	}{
		{nil, "localhost", true}, {nil, "LOCALHOST.:80", true}, {nil, "127.8.0.1:1", true}, {nil, "::1", true},
		{nil, "", false}, {nil, "chat.entidad.gov.co", false}, {nil, "10.0.0.1", false}, {nil, "localhost:80:80", false},
		{[]string{"chat.entidad.gov.co"}, "chat.entidad.gov.co:8080", true},
		{[]string{"chat.entidad.gov.co"}, "Chat.Entidad.gov.co", true},
		{[]string{"chat.entidad.gov.co"}, "x.chat.entidad.gov.co", false},
		{[]string{"chat.entidad.gov.co:8080"}, "chat.entidad.gov.co:8080", true},
		{[]string{"chat.entidad.gov.co:8080"}, "chat.entidad.gov.co:9090", false},
		{[]string{"chat.entidad.gov.co"}, "localhost:1", true},
		{[]string{""}, "", false},
		{[]string{"*"}, "any.example", true},
	} {
		a := &Adapter{config: Config{AllowedHosts: c.allowed}}
		if got := a.hostAllowed(c.host); got != c.want {
			t.Errorf("%v allows %q: %v", c.allowed, c.host, got)
		}
	}
}

func TestMalformedRequestsAreRefused(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	long := messageBody(1, user1, user1, strings.Repeat("ñ", maxTextRunes+1))
	many := messageBody(1, user1, user1, "x")
	many["files"] = strings.Fields(strings.Repeat("f ", maxFiles+1))
	for name, c := range map[string]struct {
		path string
		body any
		want int
	}{
		"empty":          {"/web/messages", "", 400},
		"null":           {"/web/messages", "null", 400},
		"array":          {"/web/messages", "[]", 400},
		"cut":            {"/web/messages", `{"person":"web:us`, 400},
		"two":            {"/web/messages", `{} {}`, 400},
		"unknown field":  {"/web/messages", `{"person":"web:usuario-1","admin":true}`, 400},
		"no uuid":        {"/web/messages", map[string]any{"person": user1, "room": user1, "text": "x"}, 400},
		"capital uuid":   {"/web/messages", map[string]any{"person": user1, "room": user1, "text": "x", "once": "0000000A-0000-4000-8000-000000000000"}, 400},
		"no words":       {"/web/messages", messageBody(1, user1, user1, " \n "), 400},
		"too many words": {"/web/messages", long, 400},
		"too many files": {"/web/messages", many, 400},
		"too many bytes": {"/web/messages", `{"text":"` + strings.Repeat("x", maxBody) + `"}`, 413},
		"no command":     {"/web/presses", pressBody(1, user1, "m1", ""), 400},
		"no message":     {"/web/presses", pressBody(1, user1, "7", "x"), 400},
		"long value":     {"/web/presses", pressBody(1, user1, "m1", "x", strings.Repeat("x", maxValueRunes+1)), 400},
		"no token":       {"/web/forms", map[string]any{"person": user1, "once": uuid(1)}, 400},
		"nobody":         {"/web/presses", pressBody(1, "web:nadie", "m1", "x"), 404},
	} {
		if status, answer := d.post(c.path, c.body); status != c.want || answer["error"] == "" || answer["error"] == nil {
			t.Errorf("%s: %d %v", name, status, answer)
		}
	}
	d.handled(0)
}

func TestNothingIsServedBeforeRun(t *testing.T) {
	db := newDatabase(t)
	a, err := New(Config{AppendLog: db, Files: db, Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(a.Handler())
	defer server.Close()
	for path, want := range map[string]int{"/": 200, "/web/page/app.js": 200, "/web/state?person=" + user1: 503, "/web/events?person=" + user1: 503} {
		response, err := http.Get(server.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(response.Body)
		response.Body.Close()
		if response.StatusCode != want || want == 503 && !strings.Contains(string(body), "iniciando") {
			t.Errorf("%s: %d %s", path, response.StatusCode, body)
		}
	}
}

func TestAssetsAreCachedAndHoldNoMarkup(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	_, page, h := d.request("GET", "/", nil)
	text := page["text"].(string)
	if h.Get("Content-Type") != "text/html; charset=utf-8" || !strings.Contains(text, "aquí nadie se autentica. No escriba datos reales.") {
		t.Fatalf("the page is %s", text)
	}
	for _, bad := range []string{"http://", "https://", "<style", " style=", "onclick", "<script>"} {
		if strings.Contains(text, bad) {
			t.Errorf("the page holds %q", bad)
		}
	}
	for name, a := range assets {
		if strings.Contains(string(a.body), "innerHTML") {
			t.Errorf("%s writes markup", name)
		}
	}
	status, _, _ := d.request("GET", "/", nil, func(r *http.Request) { r.Header.Set("If-None-Match", h.Get("ETag")) })
	if status != http.StatusNotModified {
		t.Errorf("a page that did not change: %d", status)
	}
}

func FuzzDecode(f *testing.F) {
	for _, seed := range []string{`{"person":"web:usuario-1","once":"` + uuid(1) + `","room":"web:usuario-1","text":"x"}`, `null`, `{"values":{"a":"b"}}`, `{"do":"\u0000"}`, `[`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		if s, err := decode[*messageRequest](bytes.NewReader(body)); err == nil {
			if s == nil || !uuidForm.MatchString(s.IdempotencyKey) || s.Text == "" && len(s.Files) == 0 || utf8.RuneCountInString(s.Text) > maxTextRunes || strings.ContainsRune(s.Text, 0) || len(s.Files) > maxFiles {
				t.Fatalf("accepted %+v", s)
			}
		}
		if p, err := decode[*pressRequest](bytes.NewReader(body)); err == nil && (p == nil || p.Do == "" || messageNumber(p.Message) <= 0) {
			t.Fatalf("accepted %+v", p)
		}
		if q, err := decode[*formRequest](bytes.NewReader(body)); err == nil && (q == nil || q.Token == "" || len(q.Values) > maxFields) {
			t.Fatalf("accepted %+v", q)
		}
		if p, err := decode[*personRequest](bytes.NewReader(body)); err == nil && p == nil {
			t.Fatal("accepted nothing")
		}
	})
}
