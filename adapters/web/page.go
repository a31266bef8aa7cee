package web

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"io/fs"
	"maps"
	"net/http"
	"path"
	"slices"
	"time"
)

// The page is plain files: no framework and no build step.
//
//go:embed page
var pages embed.FS

var assetTypes = map[string]string{
	".html": "text/html; charset=utf-8",
	".css":  "text/css; charset=utf-8",
	".js":   "text/javascript; charset=utf-8",
	".svg":  "image/svg+xml",
}

type asset struct {
	body []byte
	tag  string
}

var assets = readAssets()

// version tells one page from another: of an older binary, or of another chat's database.
func (a *Adapter) version() string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(assets)) {
		sum.Write([]byte(assets[name].tag))
	}
	mac := hmac.New(sha256.New, a.formKey)
	mac.Write(sum.Sum([]byte("version")))
	return hex.EncodeToString(mac.Sum(nil)[:8])
}

func readAssets() map[string]asset {
	all := map[string]asset{}
	files, err := fs.Glob(pages, "page/*")
	if err != nil {
		panic(err) // unreachable: the pattern is a constant
	}
	for _, name := range files {
		body, err := pages.ReadFile(name)
		if err != nil {
			panic(err) // unreachable: the file is in the binary
		}
		sum := sha256.Sum256(body)
		all[path.Base(name)] = asset{body: body, tag: `"` + hex.EncodeToString(sum[:12]) + `"`}
	}
	return all
}

// serveAsset serves a file of the page; a browser keeps it and asks whether it changed.
func serveAsset(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, ok := assets[name]
		if !ok {
			refuse(w, http.StatusNotFound, "Aquí no hay nada. Vuelva al inicio del chat.")
			return
		}
		h := w.Header()
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Type", assetTypes[path.Ext(name)])
		h.Set("ETag", a.tag)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(a.body))
	}
}
