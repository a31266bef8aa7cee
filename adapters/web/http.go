package web

import (
	"encoding/json"
	"errors"
	"mime"
	"net"
	"net/http"
	"net/netip"
	"strings"

	"helptic/bot"
)

const maxBody = 256 << 10

// routes are all that is served. Everything that changes something is a POST.
func (a *Adapter) routes() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", serveAsset("index.html"))
	mux.HandleFunc("GET /web/page/{name}", func(w http.ResponseWriter, r *http.Request) { serveAsset(r.PathValue("name"))(w, r) })

	mux.HandleFunc("GET /web/state", a.whileRunning(a.serveState))
	mux.HandleFunc("GET /web/messages", a.whileRunning(a.serveEarlier))
	mux.HandleFunc("GET /web/events", a.whileRunning(a.serveEvents))
	mux.HandleFunc("GET /web/files/{id}", a.whileRunning(a.serveFile))
	mux.HandleFunc("POST /web/files", a.whileRunning(a.acceptFile))
	mux.HandleFunc("POST /web/people", a.whileRunning(accepting(a.acceptPerson)))
	mux.HandleFunc("POST /web/messages", a.whileRunning(accepting(a.acceptMessage)))
	mux.HandleFunc("POST /web/presses", a.whileRunning(accepting(a.acceptPress)))
	mux.HandleFunc("POST /web/forms", a.whileRunning(accepting(a.acceptForm)))

	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		refuse(w, http.StatusForbidden, "Esta acción viene de otra página. Ábrala desde el chat.")
	}))
	return a.guard(cross.Handler(inSpanish(mux)))
}

// guard keeps other sites out: those that lead a browser here under a name of theirs,
// those that embed the page, and those that ask for its parts.
func (a *Adapter) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "+
			"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("X-Frame-Options", "DENY")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cross-Origin-Opener-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		if !a.allowed(r.Host) {
			refuse(w, http.StatusForbidden, "Este chat no se abre con ese nombre de servidor. Use la dirección con la que se inició.")
			return
		}
		site := r.Header.Get("Sec-Fetch-Site")
		if strings.HasPrefix(r.URL.Path, "/web/") && (site == "cross-site" || site == "same-site") {
			refuse(w, http.StatusForbidden, "Esta petición viene de otra página. Ábrala desde el chat.")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// allowed tells whether the page may be asked for under a name.
func (a *Adapter) allowed(host string) bool {
	name := host
	if h, _, err := net.SplitHostPort(host); err == nil {
		name = h
	}
	name = strings.TrimSuffix(strings.ToLower(strings.Trim(name, "[]")), ".")
	if name == "localhost" {
		return true
	}
	if ip, err := netip.ParseAddr(name); err == nil && ip.IsLoopback() {
		return true
	}
	for _, allowed := range a.config.AllowedHosts {
		if allowed == "*" || strings.EqualFold(allowed, name) && name != "" || strings.EqualFold(allowed, host) && host != "" {
			return true
		}
	}
	return false
}

// inSpanish says so where nothing is served under a path or method.
func inSpanish(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		var plain headerOnly
		h.ServeHTTP(&plain, r)
		if plain.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", plain.Header().Get("Allow"))
			refuse(w, plain.status, "Esa dirección no admite esta operación.")
			return
		}
		refuse(w, http.StatusNotFound, "Aquí no hay nada. Vuelva al inicio del chat.")
	})
}

// headerOnly takes an answer without its words.
type headerOnly struct {
	header http.Header
	status int
}

func (h *headerOnly) Header() http.Header {
	if h.header == nil {
		h.header = http.Header{}
	}
	return h.header
}
func (h *headerOnly) WriteHeader(status int)      { h.status = status }
func (h *headerOnly) Write(p []byte) (int, error) { return len(p), nil }

type connectedHandler func(*connection, http.ResponseWriter, *http.Request)

// whileRunning refuses what comes before the inbox is connected, and after.
func (a *Adapter) whileRunning(next connectedHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := a.running.Load()
		if c == nil {
			w.Header().Set("Retry-After", "1")
			refuse(w, http.StatusServiceUnavailable, "El chat está iniciando. Espere un momento.")
			return
		}
		next(c, w, r)
	}
}

// accepting decodes and checks the JSON of a POST.
func accepting[T interface{ check() error }](next func(*connection, http.ResponseWriter, *http.Request, T)) connectedHandler {
	return func(c *connection, w http.ResponseWriter, r *http.Request) {
		media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || media != "application/json" {
			refuse(w, http.StatusUnsupportedMediaType, "La petición no viene de esta página. Recárguela.")
			return
		}
		request, err := decode[T](http.MaxBytesReader(w, r.Body, maxBody))
		var tooLong *http.MaxBytesError
		var sorry *bot.UserError
		switch {
		case errors.As(err, &tooLong):
			refuse(w, http.StatusRequestEntityTooLarge, "El mensaje es muy largo. Acórtelo o adjunte un archivo.")
		case errors.As(err, &sorry):
			answerJSON(w, http.StatusBadRequest, refusal{Error: sorry.Text, Field: sorry.Field})
		case err != nil:
			refuse(w, http.StatusBadRequest, "La petición no se entiende. Recargue la página.")
		default:
			next(c, w, r, request)
		}
	}
}

// refusal is the body of every answer that is not what was asked for.
type refusal struct {
	Error string `json:"error"`
	Field string `json:"field,omitempty"`
}

func refuse(w http.ResponseWriter, status int, sentence string) {
	answerJSON(w, status, refusal{Error: sentence})
}

// fail answers an error: with its sentence where it is one for people, else with ours.
func (a *Adapter) fail(w http.ResponseWriter, err error, sentence string) {
	var sorry *bot.UserError
	if errors.As(err, &sorry) {
		answerJSON(w, http.StatusUnprocessableEntity, refusal{Error: sorry.Text, Field: sorry.Field})
		return
	}
	a.log.Error().Err(err).Msg("a request of the page failed")
	w.Header().Set("Retry-After", "1")
	refuse(w, http.StatusServiceUnavailable, sentence)
}

func answerJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // the client may have gone
}
