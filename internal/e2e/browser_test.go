package e2e

import (
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"helptic/storage/mongodb/ferrettest"
)

// page is Chromium with the panes of the user, the agents' channel and the official.
type page struct {
	t   *testing.T
	ctx context.Context
}

func openPage(t *testing.T, url string) *page {
	t.Helper()
	path, err := exec.LookPath("chromium")
	if err != nil {
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
	p := &page{t, ctx}
	if err := chromedp.Do(ctx); err != nil {
		t.Fatal(err)
	}
	p.run(chromedp.EmulateViewport(1500, 950), chromedp.Navigate(url+"/?panes=usuario-1,agente-1:mesa-de-ayuda,oficial-1"),
		chromedp.WaitVisible(pane("1")+` textarea[data-role=composer]`))
	return p
}

func pane(n string) string { return `[data-pane="` + n + `"]` }

func (p *page) run(actions ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 60*time.Second)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		p.shot("failed")
		p.t.Fatal(err)
	}
}

// until waits for an expression of the page to hold.
func (p *page) until(expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, 70*time.Second)
	defer cancel()
	if _, err := chromedp.Run(ctx, chromedp.Poll[bool]("Boolean("+expression+")", chromedp.WithPollingTimeout(60*time.Second))); err != nil {
		p.shot("failed")
		p.t.Fatalf("%s: %v", expression, err)
	}
}

// sees waits until a pane shows a text.
func (p *page) sees(n, text string) {
	p.t.Helper()
	p.until(`document.querySelector('` + pane(n) + `').innerText.includes(` + "`" + text + "`)")
}

func (p *page) says(n, text string) {
	p.t.Helper()
	p.run(chromedp.SendKeys(pane(n)+` .conversation textarea[data-role=composer]`, text+kb.Enter))
}

// presses clicks the last button with a label, in a pane or in the dialog that is open.
func (p *page) presses(within, label string) {
	p.t.Helper()
	at := within + `//button[normalize-space()="` + label + `"]`
	p.clicks("(" + at + ")[last()]")
}

// clicks waits for an element and clicks it. A card that is drawn anew between finding
// and clicking is looked for again: nothing was clicked then.
func (p *page) clicks(xpath string) {
	p.t.Helper()
	for tries := 0; ; tries++ {
		p.until("document.evaluate(`" + xpath + "`, document, null, XPathResult.ANY_UNORDERED_NODE_TYPE, null).singleNodeValue")
		ctx, cancel := context.WithTimeout(p.ctx, 30*time.Second)
		err := chromedp.Do(ctx, chromedp.ScrollIntoView(chromedp.Search(xpath)), chromedp.Click(chromedp.Search(xpath)))
		cancel()
		if err == nil {
			return
		}
		if tries == 5 || !strings.Contains(err.Error(), "Could not find node") {
			p.shot("failed")
			p.t.Fatal(err)
		}
	}
}

func inPane(n string) string { return `//*[@data-pane="` + n + `"]` }

const inDialog = `//dialog[@open]`

func (p *page) fills(field, text string) {
	p.t.Helper()
	at := `dialog[open] [data-field=` + field + `] `
	p.run(chromedp.WaitVisible(at+`textarea, `+at+`input`), chromedp.SendKeys(at+`textarea, `+at+`input`, text))
}

// shot keeps a picture in the folder that SCREENSHOTS names.
func (p *page) shot(name string) {
	folder := os.Getenv("SCREENSHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(p.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		p.t.Log(err)
		return
	}
	if err := os.WriteFile(filepath.Join(folder, "main-job-"+name+".png"), picture, 0o600); err != nil {
		p.t.Error(err)
	}
}

// TestEndToEndMainJob plays the whole main job in the browser, from "hola" to Cerrada, and
// then reads the record as `helptic ticket 1` prints it.
func TestEndToEndMainJob(t *testing.T) {
	for name, vars := range databases(t) {
		t.Run(name, func(t *testing.T) {
			bot := start(t, vars)
			p := openPage(t, bot.url)
			p.says("1", "hola")
			p.sees("1", "¿En qué le podemos ayudar?")
			p.shot("1-hola-" + name)
			p.says("1", "se me atascó el papel en la impresora del piso 3")
			p.presses(inPane("1"), "Impresoras > Atasco de papel")
			p.sees("1", "¿A quién afecta?")
			p.says("1", "mediana")
			p.presses(inPane("1"), "Usar lo que escribí")
			p.presses(inPane("1"), "Continuar")
			p.sees("1", "Revise y confirme")
			p.shot("2-confirmar-" + name)
			p.presses(inPane("1"), "Registrar solicitud")
			p.sees("1", "Quedó registrada")
			p.presses(inPane("2"), "Asignarme")
			p.sees("1", "la atiende Agente 1")
			p.shot("3-asignada-" + name)
			p.presses(inPane("2"), "Escalar")
			p.fills("person", "Oficina de Tec")
			p.run(chromedp.SendKeys(`dialog[open] [data-field=person] input`, kb.ArrowDown+kb.Enter))
			p.fills("justification", "El rodillo está roto.")
			p.shot("4-escalar-" + name)
			p.presses(inDialog, "Enviar")
			p.presses(inPane("3"), "Recibir")
			p.sees("2", "recibida el")
			// A card that changes under the pointer takes the press with it.
			p.until(`![...document.querySelectorAll('[data-pane="3"] button')].some(b => b.innerText === "Recibir")`)
			p.presses(inPane("3"), "Confirmar solución")
			p.fills("causes", "Rodillo gastado.")
			p.fills("solution", "Se cambió el rodillo.")
			p.presses(inDialog, "Enviar")
			p.sees("3", "El escalamiento terminó")
			p.shot("5-confirmada-" + name)
			p.presses(inPane("2"), "Resolver")
			p.clicks(inDialog + `//label[contains(., "Sí, quedó solucionado")]`)
			p.presses(inDialog, "Enviar")
			p.presses(inPane("1"), "Sí, quedó resuelta")
			p.presses(inPane("1"), "5 · Muy satisfecho")
			p.sees("1", "Gracias por su evaluación")
			p.shot("6-encuesta-" + name)
			p.presses(inPane("2"), "Cerrar")
			p.sees("1", "Quedó cerrada")
			p.shot("7-cerrada-" + name)
			p.says("1", "mis solicitudes")
			p.sees("1", "Sus últimas solicitudes")
			if code := bot.stop(); code != 0 {
				t.Fatalf("the program ended with %d\n%s", code, bot.stderr)
			}
			if strings.Contains(bot.stderr.String(), "rodillo") || strings.Contains(bot.stderr.String(), "piso 3") {
				t.Error("words of people are in the log")
			}
			checkRecord(t, vars)
		})
	}
}

// databases are the environments that the main job runs with.
func databases(t *testing.T) map[string]map[string]string {
	return map[string]map[string]string{
		"sqlite":  {"DATA_DIR": t.TempDir()},
		"mongodb": {"MONGODB_URI": ferrettest.Start(t), "MONGODB_DATABASE": "endtoend"},
	}
}
