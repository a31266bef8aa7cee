package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"helptic/bot"
)

func TestPage(t *testing.T) {
	d := newDesk(t, newDatabase(t), gallery)
	b := newBrowser(t, d)
	b.scheme("light")
	b.open(1440, 900, "")
	b.until(`location.search === "?panes=usuario-1,agente-1"`)
	b.reads(pane(1), "Escriba «hola» para comenzar.")
	b.shot("01-empty")

	// A message gets a reply, and the agents see the card in their channel.
	b.write(pane(1)+composerIn, "hola")
	b.reads(pane(1)+" article", "Solicitud N.º 123")
	b.reads(pane(2)+" article", "Asignarme")
	b.reads(pane(2)+" article", "2 respuestas")
	b.reads(pane(2)+" article", "La tiene Agente 2")
	b.reads(pane(2)+" dd", "<b>No</b> imprime *nada* <!channel>")
	b.reads(pane(1)+" time", "4:05")
	b.shot("02-split")
	b.scheme("dark")
	b.shot("03-split-dark")
	b.scheme("light")

	// A button that replies with a notice; one that asks for confirmation; one that edits its card.
	b.press(`@data-pane="2"`, "¿Por qué vence a esa hora?")
	b.reads(pane(2)+" .toast", "Son 2 horas hábiles")
	b.press(`@data-pane="1"`, "Retirar solicitud")
	b.reads("dialog", "¿Retirar la solicitud N.º 123?")
	b.shot("04-confirm")
	b.run(chromedp.KeyEvent(kb.Escape))
	b.until(`!document.querySelector("dialog")`)
	b.until(`document.activeElement.dataset.do === "withdraw 123"`)
	b.press(`@data-pane="1"`, "Retirar solicitud")
	b.run(chromedp.Click(`dialog [data-role=confirm]`))
	b.reads(pane(1)+" article", "Retirada.")
	b.press(`@data-pane="2"`, "Asignarme")
	b.reads(pane(2)+" article", "En curso (asignada)")
	b.reads(pane(2)+" article", "actualizado")

	// A select menu: the option is found by typing without accents, and chosen with the keyboard.
	b.run(chromedp.SendKeys(pane(2)+` article input[role=combobox]`, "AGENTE 2"))
	b.until(`document.querySelectorAll(".option").length === 1`)
	b.shot("05-select")
	b.run(chromedp.KeyEvent(kb.Enter))
	b.reads(pane(2)+" article", "4 respuestas")

	// The thread: its messages, and a reply.
	b.run(chromedp.Click(pane(2) + ` .reply:not(.quiet)`))
	b.reads(pane(2)+" .thread", "asignada web:agente-2")
	b.write(pane(2)+` .thread textarea[data-role=composer]`, "ya voy")
	b.reads(pane(2)+" .thread article", "Recibido: ya voy")
	b.shot("06-thread")
	b.run(chromedp.KeyEvent(kb.Escape))
	b.until(`document.querySelector('[data-pane="2"] .thread').hidden`)

	b.form(d)
	b.files()
	b.narrow()
}

// form: errors appear under their fields, the values stay, and the form is sent once.
func (b *browser) form(d *desk) {
	b.press(`@data-pane="2"`, "Resolver")
	b.reads("dialog h2", "Resolver la solicitud N.º 123")
	b.shot("07-form")
	b.run(chromedp.SendKeys(`dialog [data-field=title] input`, " piso 3"), chromedp.Click(`dialog button[type=submit]`))
	b.reads(`dialog [data-field=solution]`, "Escriba qué se hizo")
	b.reads(`dialog [role=alert]`, "Revise 3 datos")
	b.until(`document.querySelector("dialog [data-field=title] input").value === "Atasco de papel piso 3"`)
	b.until(`document.activeElement.name === "solution" && document.activeElement.getAttribute("aria-invalid") === "true"`)
	b.shot("08-form-errors")
	b.run(chromedp.KeyEvent(kb.Escape))
	b.reads("dialog.small", "se perderá")
	b.run(chromedp.Click(`dialog.small [data-first]`))
	b.until(`document.querySelectorAll("dialog").length === 1`)
	b.run(
		chromedp.SendKeys(`dialog [data-field=solution] textarea`, "Se cambió el rodillo."),
		chromedp.Click(`//dialog//label[contains(., "Se cierra el ciclo")]`),
		chromedp.SendKeys(`dialog [data-field=entry] input`, "publicacion 136"),
	)
	b.shot("09-form-search")
	b.run(
		chromedp.KeyEvent(kb.Enter),
		chromedp.SendKeys(`dialog [data-field=who] input`, "oficina"),
		chromedp.KeyEvent(kb.Enter),
		chromedp.SetUploadFiles(`dialog input[type=file]`, []string{picture(b.t)}),
		chromedp.WaitVisible(`dialog .upload.ready`),
		chromedp.ScrollIntoView(`dialog .upload.ready`),
	)
	b.shot("10-form-filled")
	b.run(chromedp.Click(`dialog button[type=submit]`))
	b.until(`!document.querySelector("dialog")`)
	b.reads(pane(2)+" .toast", "Solicitud N.º 123 resuelta.")
	b.reads(pane(2)+" article", "Resuelta")
	b.run(chromedp.Click(pane(2) + ` .reply:not(.quiet)`))
	b.reads(pane(2)+" .thread", "Solución: Se cambió el rodillo. / yes / s136 / web:oficial-1 / foto de la impresora.png")
	b.run(chromedp.KeyEvent(kb.Escape))
}

// files are uploaded with a message and shown on a card.
func (b *browser) files() {
	b.run(
		chromedp.SetUploadFiles(pane(1)+` .conversation input[type=file]`, []string{picture(b.t)}),
		chromedp.WaitVisible(pane(1)+` .upload.ready`),
	)
	b.write(pane(1)+composerIn, "así quedó")
	b.reads(pane(1)+" article", "Archivos recibidos")
	b.until(`[...document.querySelectorAll('[data-pane="1"] article .card img')].some(i => i.complete && i.naturalWidth === 240)`)
	b.shot("11-files")
}

// narrow: one pane at a time, nothing wider than the screen, unread badges.
func (b *browser) narrow() {
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		b.open(320, 640, "?panes=usuario-1,agente-1")
		b.reads(pane(1)+" article", "Archivos recibidos")
		b.until(`document.documentElement.scrollWidth <= innerWidth`)
		b.shot("12-narrow-" + scheme)
	}
	b.press(`@id="switcher"`, "Agente 1")
	b.reads(pane(2), "Solicitud N.º 123")
	b.shot("13-narrow-agent")
	b.desk.send(bot.Direct(agent1), "note", bot.Message{Text: "Buenos días"})
	b.reads(pane(2)+` [data-room="web:agente-1"] .badge`, "1")
	b.until(`document.title === "(1) HELPTIC"`)
	b.shot("14-narrow-unread")
	b.run(chromedp.Click(pane(2) + ` [data-room="web:agente-1"]`))
	b.until(`document.title === "HELPTIC"`)
	b.until(`location.search === "?panes=usuario-1,agente-1:agente-1"`)
	b.press(`@data-pane="2"`, "Cerrar el panel 2")
	b.scheme("light")
	b.open(1280, 800, "?panes=agente-1")
	b.run(chromedp.Click(pane(1) + ` .reply:not(.quiet)`))
	b.shot("15-single-thread")
	b.open(1600, 900, "?panes=usuario-1,agente-1,oficial-1")
	b.shot("16-three")
}

func TestPageAddsPeople(t *testing.T) {
	b := newBrowser(t, newDesk(t, newDatabase(t), gallery))
	b.open(900, 700, "?panes=usuario-1")
	b.run(chromedp.Click("#add-person"))
	b.reads("dialog", "Agregar persona")
	b.run(chromedp.SendKeys("dialog input[type=text]", "usuario 2"+kb.Enter))
	b.reads("dialog [data-field=name]", "Ya hay una persona con ese nombre")
	b.shot("17-add-person")
	b.run(chromedp.SendKeys("dialog input[type=text]", "2"+kb.Enter))
	b.until(`location.search === "?panes=usuario-22"`)
	b.until(`document.querySelector(".picker").value === "web:usuario-22"`)
	b.write(pane(1)+composerIn, "hola")
	b.reads(pane(1)+" article", "Buenas tardes")
}

func TestPageRetriesWhileTheDatabaseIsDown(t *testing.T) {
	db := newDatabase(t)
	d := newDesk(t, db, gallery)
	b := newBrowser(t, d)
	b.open(900, 700, "?panes=usuario-1")
	db.fail(true)
	b.write(pane(1)+composerIn, "uno")
	b.reads(pane(1)+" article.pending", "Reintentando…")
	b.write(pane(1)+composerIn, "dos")
	b.shot("18-retrying")
	b.run(chromedp.Reload(), chromedp.WaitVisible(pane(1)+" .empty"))
	db.fail(false)
	b.reads(pane(1)+" article", "Recibido: dos")
	b.until(`document.querySelectorAll("article.pending").length === 0`)
	b.until(`[...document.querySelectorAll("article.mine .text")].map(e => e.innerText).join() === "uno,dos"`)
	if n := db.accepted.Load(); n != 2 {
		t.Fatalf("%d events were accepted", n)
	}
}

func TestPageReconnectsAfterARestart(t *testing.T) {
	db := newDatabase(t)
	first := newDesk(t, db, gallery)
	var serving atomic.Pointer[desk] // one address for both processes
	serving.Store(first)
	front := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		serving.Load().adapter.Handler().ServeHTTP(w, r)
	}))
	t.Cleanup(front.Close)
	b := newBrowser(t, first)
	t.Cleanup(first.stop)
	b.url = front.URL
	b.open(900, 700, "?panes=usuario-1")
	b.write(pane(1)+composerIn, "hola")
	b.reads(pane(1)+" article", "Solicitud N.º 123")
	first.stop()
	b.reads("#offline", "Sin conexión con el servidor. Reintentando…")
	b.write(pane(1)+composerIn, "sigo aquí")
	b.shot("19-offline")
	second := newDesk(t, db, gallery)
	t.Cleanup(second.stop)
	second.send(bot.Direct(user1), "meanwhile", bot.Message{Text: "Mientras tanto"})
	serving.Store(second)
	b.until(`document.querySelector("#offline").hidden`)
	b.reads(pane(1)+" article", "Mientras tanto")
	b.reads(pane(1)+" article", "Recibido: sigo aquí")
	second.handled(1)
}

func TestPageShowsEarlierMessages(t *testing.T) {
	d := newDesk(t, newDatabase(t), nil)
	for i := range pageMessages + 5 {
		d.send(bot.Direct(user1), fmt.Sprint(i), bot.Message{Text: fmt.Sprint("mensaje ", i)})
	}
	b := newBrowser(t, d)
	b.open(900, 700, "?panes=usuario-1")
	b.until(`document.querySelectorAll("article").length === ` + fmt.Sprint(pageMessages))
	b.press(`@data-pane="1"`, "Ver anteriores")
	b.until(`document.querySelectorAll("article").length === ` + fmt.Sprint(pageMessages+5))
	b.until(`!document.querySelector(".earlier")`)
	b.until(`document.querySelector("article").innerText.includes("mensaje 0")`)
	d.send(bot.Direct(user1), "new", bot.Message{Text: "uno nuevo"})
	b.press(`@data-pane="1"`, "Hay mensajes nuevos")
	b.until(`document.querySelector(".jump").hidden`)
}
