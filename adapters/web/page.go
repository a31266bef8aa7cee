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
	etag string
}

var assets = readAssets()

// version identifies the files of the page and the database. A page of another version offers to
// reload.
func (a *Adapter) version() string {
	sum := sha256.New()
	for _, name := range slices.Sorted(maps.Keys(assets)) {
		sum.Write([]byte(assets[name].etag))
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
		all[path.Base(name)] = asset{body: body, etag: `"` + hex.EncodeToString(sum[:12]) + `"`}
	}
	return all
}

// serveAsset serves a file of the page. A browser caches it and revalidates it by its ETag.
func serveAsset(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		a, ok := assets[name]
		if !ok {
			writeError(w, http.StatusNotFound, textNotFound)
			return
		}
		h := w.Header()
		h.Set("Cache-Control", "no-cache")
		h.Set("Content-Type", assetTypes[path.Ext(name)])
		h.Set("ETag", a.etag)
		http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(a.body))
	}
}
