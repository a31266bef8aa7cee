package web

import (
	"bytes"
	"context"
	"image"
	"image/color"
	pngs "image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
)

// browser is one Chromium with the page of a desk in it. SCREENSHOTS=folder keeps pictures.
type browser struct {
	t    *testing.T
	ctx  context.Context
	desk *desk
	url  string
}

func newBrowser(t *testing.T, d *desk) *browser {
	t.Helper()
	var path string
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(name); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		t.Skip("no Chromium: install it (Debian: apt-get install chromium) to test the page")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.UserDataDir(t.TempDir()), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true), chromedp.Flag("lang", "es-CO"))
	allocator, cancel := chromedp.NewExecAllocator(context.Background(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	b := &browser{t: t, ctx: ctx, desk: d, url: d.server.URL}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	if err := chromedp.Listen(ctx, func(e any) {
		if thrown, ok := e.(*runtime.EventExceptionThrown); ok {
			t.Errorf("the page threw: %+v", thrown.ExceptionDetails)
		}
	}); err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *browser) run(actions ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		b.shot("failed")
		b.t.Fatal(err)
	}
}

func (b *browser) open(width, height int64, query string) {
	b.t.Helper()
	b.run(chromedp.EmulateViewport(width, height), chromedp.Navigate(b.url+"/"+query), chromedp.WaitVisible(pane(1)+` textarea[data-role=composer]`))
}

// scheme sets the color scheme, light or dark.
func (b *browser) scheme(name string) {
	b.t.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: name}}}
	b.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, media)
		return err
	}))
}

func (b *browser) shot(name string) {
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.t.Log(err)
		return
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
		b.t.Error(err)
	}
}

func pane(n int) string { return `[data-pane="` + string(rune('0'+n)) + `"]` }

// until waits until an expression of the page is true.
func (b *browser) until(expression string) {
	b.t.Helper()
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool]("Boolean("+expression+")", chromedp.WithPollingTimeout(15*time.Second))); err != nil {
		b.shot("failed")
		b.t.Fatalf("%s: %v", expression, err)
	}
}

// reads waits until an element shows a text.
func (b *browser) reads(selector, text string) {
	b.t.Helper()
	b.until(`[...document.querySelectorAll(` + quote(selector) + `)].some(e => e.innerText.includes(` + quote(text) + `))`)
}

func quote(s string) string { return "`" + strings.ReplaceAll(s, "`", "\\`") + "`" }

// press clicks the last button with a label.
func (b *browser) press(within, label string) {
	b.t.Helper()
	xpath := chromedp.Search(`(//*[` + within + `]//button[normalize-space()="` + label + `" or @aria-label="` + label + `"])[last()]`)
	b.run(chromedp.ScrollIntoView(xpath), chromedp.Click(xpath))
}

func (b *browser) write(selector, text string) {
	b.t.Helper()
	b.run(chromedp.SendKeys(selector, text+kb.Enter))
}

const composerIn = ` .conversation textarea[data-role=composer]`

func picture(t *testing.T) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, 240, 120))
	for x := range 240 {
		for y := range 120 {
			m.Set(x, y, color.RGBA{uint8(x), uint8(2 * y), 160, 255})
		}
	}
	var b bytes.Buffer
	if err := pngs.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "foto de la impresora.png")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
