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
	mux.HandleFunc("POST /web/people", a.whileRunning(withJSON(a.acceptPerson)))
	mux.HandleFunc("POST /web/messages", a.whileRunning(withJSON(a.acceptMessage)))
	mux.HandleFunc("POST /web/presses", a.whileRunning(withJSON(a.acceptPress)))
	mux.HandleFunc("POST /web/forms", a.whileRunning(withJSON(a.acceptForm)))

	crossOrigin := http.NewCrossOriginProtection()
	crossOrigin.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		writeError(w, http.StatusForbidden, textCrossOriginAction)
	}))
	return a.guard(crossOrigin.Handler(withErrorBodies(mux)))
}

// guard sets the security headers. It refuses host names that are not allowed (DNS rebinding)
// and requests for data that other sites make.
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
		if !a.hostAllowed(r.Host) {
			writeError(w, http.StatusForbidden, textUnknownHost)
			return
		}
		site := r.Header.Get("Sec-Fetch-Site")
		if strings.HasPrefix(r.URL.Path, "/web/") && (site == "cross-site" || site == "same-site") {
			writeError(w, http.StatusForbidden, textCrossOriginRequest)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// hostAllowed reports whether the page is served under a host name.
func (a *Adapter) hostAllowed(host string) bool {
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

// withErrorBodies answers unknown paths and methods in Spanish and as JSON, like every other error.
func withErrorBodies(mux *http.ServeMux) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h, pattern := mux.Handler(r)
		if pattern != "" {
			mux.ServeHTTP(w, r)
			return
		}
		var original headerRecorder
		h.ServeHTTP(&original, r)
		if original.status == http.StatusMethodNotAllowed {
			w.Header().Set("Allow", original.Header().Get("Allow"))
			writeError(w, original.status, textMethodNotAllowed)
			return
		}
		writeError(w, http.StatusNotFound, textNotFound)
	})
}

// headerRecorder keeps the status and the header of a response and drops its body.
type headerRecorder struct {
	header http.Header
	status int
}

func (h *headerRecorder) Header() http.Header {
	if h.header == nil {
		h.header = http.Header{}
	}
	return h.header
}
func (h *headerRecorder) WriteHeader(status int)      { h.status = status }
func (h *headerRecorder) Write(p []byte) (int, error) { return len(p), nil }

type connectedHandler func(*connection, http.ResponseWriter, *http.Request)

// whileRunning refuses requests before Run connects the inbox, and after Run ends.
func (a *Adapter) whileRunning(next connectedHandler) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		c := a.running.Load()
		if c == nil {
			w.Header().Set("Retry-After", "1")
			writeError(w, http.StatusServiceUnavailable, textStarting)
			return
		}
		next(c, w, r)
	}
}

// withJSON decodes and checks the JSON body of a POST.
func withJSON[T interface{ check() error }](next func(*connection, http.ResponseWriter, *http.Request, T)) connectedHandler {
	return func(c *connection, w http.ResponseWriter, r *http.Request) {
		media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
		if err != nil || media != "application/json" {
			writeError(w, http.StatusUnsupportedMediaType, textForeignRequest)
			return
		}
		request, err := decode[T](http.MaxBytesReader(w, r.Body, maxBody))
		var tooLarge *http.MaxBytesError
		var userError *bot.UserError
		switch {
		case errors.As(err, &tooLarge):
			writeError(w, http.StatusRequestEntityTooLarge, textBodyTooLarge)
		case errors.As(err, &userError):
			writeJSON(w, http.StatusBadRequest, errorBody{Error: userError.Text, Field: userError.Field})
		case err != nil:
			writeError(w, http.StatusBadRequest, textMalformedRequest)
		default:
			next(c, w, r, request)
		}
	}
}

// errorBody is the body of every response that is an error.
type errorBody struct {
	Error string `json:"error"`
	Field string `json:"field,omitempty"`
}

func writeError(w http.ResponseWriter, status int, text string) {
	writeJSON(w, status, errorBody{Error: text})
}

// writeFailure answers with an error: with its own text where it is a bot.UserError, else with
// the given text, and a line in the log.
func (a *Adapter) writeFailure(w http.ResponseWriter, err error, text string) {
	var userError *bot.UserError
	if errors.As(err, &userError) {
		writeJSON(w, http.StatusUnprocessableEntity, errorBody{Error: userError.Text, Field: userError.Field})
		return
	}
	a.log.Error().Err(err).Msg("request of the page failed, answered 503")
	w.Header().Set("Retry-After", "1")
	writeError(w, http.StatusServiceUnavailable, text)
}

func writeJSON(w http.ResponseWriter, status int, body any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(body) // it fails only when the client has gone
}
