package flows

import (
	"context"
	"fmt"
	"net/mail"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"helptic/bot"
	"helptic/ticket"
)

// action is a button on a card: what it is called, what it asks for, and how the answers
// become a change. When it holds, and for whom, is the business of ticket.Rules.
type action struct {
	do     ticket.Action
	label  string
	tone   bot.Tone
	text   string                                  // above the fields: what is decided here
	fields func(*Desk, *ticket.Ticket) []bot.Field // nil: done at the press
	change func(d *Desk, values map[string]string, c *ticket.Change) error
}

var agentActions = []action{
	{do: ticket.AssignSelf, label: "Asignarme", tone: bot.Good},
	{do: ticket.Receive, label: "Recibir", tone: bot.Good},
	{do: ticket.ConfirmSolution, label: "Confirmar solución", tone: bot.Good, fields: confirmFields,
		text: "Control C3: ¿se requirió apoyo adicional? Queda registrado si se pidió a un proveedor."},
	{do: ticket.Resolve, label: "Resolver", fields: resolveFields,
		text: "Control C2: evalúe si se dio solución adecuada. El usuario recibe este texto y lo valida."},
	{do: ticket.Close, label: "Cerrar", tone: bot.Good},
	{do: ticket.Assign, label: "Asignar a…", fields: assignFields, change: personChange},
	{do: ticket.Resume, label: "Reanudar", fields: noteFields},
	{do: ticket.PutOnHold, label: "En espera", fields: holdFields, change: holdChange},
	{do: ticket.Escalate, label: "Escalar", fields: escalateFields, change: personChange,
		text: "Control C1: con los recursos de la Mesa de ayuda no basta y se escala a la Oficina de Tecnología."},
	{do: ticket.AskProvider, label: "Solicitar apoyo a proveedor", fields: providerFields, change: providerChange,
		text: "Control C3: se requiere apoyo adicional de un proveedor."},
	{do: ticket.Reply, label: "Responder al usuario", fields: textFields},
	{do: ticket.Note, label: "Nota interna", fields: textFields},
	{do: ticket.Reclassify, label: "Reclasificar", fields: reclassifyFields, change: reclassifyChange,
		text: "El tiempo prometido se calcula de nuevo desde el registro."},
	{do: ticket.Reopen, label: "Reabrir", fields: reasonFields},
}

var requesterActions = []action{
	{do: ticket.Validate, label: "Sí, quedó resuelta", tone: bot.Good},
	{do: ticket.Reject, label: "No, el problema sigue", fields: reasonFields},
	{do: ticket.Rate, label: "Calificar", fields: surveyFields, change: surveyChange},
	{do: ticket.Comment, label: "Agregar información", fields: textFields},
	{do: ticket.Withdraw, label: "Retirar solicitud", tone: bot.Danger, fields: reasonFields},
	{do: ticket.Reopen, label: "Reabrir", fields: reasonFields},
}

// actionOf finds an action; Reopen asks the same of both.
func actionOf(a ticket.Action) (action, bool) {
	for _, list := range [][]action{agentActions, requesterActions} {
		if i := slices.IndexFunc(list, func(x action) bool { return x.do == a }); i >= 0 {
			return list[i], true
		}
	}
	return action{}, false
}

// do is the command of a button about a ticket.
func do(a ticket.Action, number int64, args ...string) string {
	return strings.Join(append([]string{"act", string(a), strconv.FormatInt(number, 10)}, args...), " ")
}

// asks tells whether an action asks something in a form before it is done. The better
// ratings need no comment.
func (d *Desk) asks(a action, rating int) bool {
	return a.fields != nil && rating <= d.Catalog.Survey.CommentRequiredAtMost
}

// button is one for an action on a ticket; the argument of a rating is the rating.
func (d *Desk) button(label string, tone bot.Tone, a ticket.Action, number int64, args ...string) bot.Button {
	b := bot.Button{Label: label, Do: do(a, number, args...), Tone: tone}
	if x, ok := actionOf(a); ok {
		rating := 0
		if a == ticket.Rate && len(args) > 0 {
			rating, _ = strconv.Atoi(args[0])
		}
		b.Form = d.asks(x, rating)
	}
	return b
}

// buttons are those that hold now for a role.
func (d *Desk) buttons(t *ticket.Ticket, role ticket.Role) []bot.Button {
	list := agentActions
	if role == ticket.Requester {
		list = requesterActions
	}
	var out []bot.Button
	for _, a := range list {
		if !t.Permits(a.do, role) || !d.offered(t, a.do, role) {
			continue
		}
		b := d.button(a.label, a.tone, a.do, t.Number)
		if a.do == ticket.AssignSelf {
			assignee := "-"
			if t.Assignee != nil {
				assignee = t.Assignee.ID
			}
			b.Do = do(a.do, t.Number, assignee)
			if t.Assignee != nil {
				b.Tone = bot.Neutral
			}
		}
		if a.do == ticket.Resolve && t.State == ticket.InProgress {
			b.Tone = bot.Good // the step forward
		}
		out = append(out, b)
	}
	return out
}

// offered leaves out of a card what holds but would only be in the way there.
func (d *Desk) offered(t *ticket.Ticket, a ticket.Action, role ticket.Role) bool {
	switch a {
	case ticket.Receive:
		return t.Escalation.ReceivedAt.IsZero()
	case ticket.Validate, ticket.Reject, ticket.Rate:
		return false // they stand on the card of the solution
	case ticket.Close:
		return t.Validated() // activity 11 comes after activity 10
	case ticket.Reopen:
		if t.State == ticket.Closed {
			return !d.Now().After(t.ReopenUntil(d.Catalog))
		}
		return role == ticket.Agent || t.Validated() // before, the user says that the problem goes on
	case ticket.Comment:
		return t.State != ticket.Resolved
	}
	return true
}

// act answers a button or form about a ticket: "act <action> <number> [arg]".
func (d *Desk) act(ctx context.Context, e bot.Event, args []string) (bot.Reply, error) {
	number, ok := numberOf(args, 1)
	if !ok {
		return bot.Reply{Notice: "Ese botón ya no existe. Escriba «hola» para ver qué puede hacer."}, nil
	}
	a, ok := actionOf(ticket.Action(args[0]))
	if !ok {
		return bot.Reply{Notice: "Ese botón ya no existe. Escriba «hola» para ver qué puede hacer."}, nil
	}
	t, err := d.Store.Ticket(ctx, number)
	if err != nil {
		return bot.Reply{}, d.said(err, nil)
	}
	if _, done := t.Applied(e.Key); done {
		return d.afterwards(ctx, e, t) // handled before the process died
	}
	rating := 0
	if a.do == ticket.Rate && len(args) > 2 {
		rating, _ = strconv.Atoi(args[2])
	}
	needsForm := d.asks(a, rating)
	if a.do == ticket.Rate && rating == 0 && t.Survey != nil {
		rating = t.Survey.Rating // more questions about the same
	}
	if needsForm && !e.Form {
		return d.open(ctx, e, t, a, rating)
	}
	c := ticket.Change{Action: a.do, Fields: map[string]string{}, Rating: rating}
	for field, v := range e.Values {
		if v = bot.CleanText(v); v != "" {
			c.Fields[field] = v
		}
	}
	if a.do == ticket.AssignSelf && len(args) > 2 && args[2] != "-" {
		c.Assignee = args[2]
	}
	if err := d.evidence(ctx, &c); err != nil {
		return bot.Reply{}, err
	}
	if a.change != nil && e.Form {
		if err := a.change(d, c.Fields, &c); err != nil {
			return bot.Reply{}, err
		}
	}
	if c.Person != nil {
		if err := d.named(ctx, &c); err != nil {
			return bot.Reply{}, err
		}
	}
	if rating > 0 {
		c.Fields["rating"] = strconv.Itoa(rating) + " · " + ratingNames[min(rating, 5)]
	}
	changed, err := d.apply(ctx, e, number, c)
	if err != nil {
		return d.fresh(ctx, e, number), err
	}
	return d.afterwards(ctx, e, changed)
}

// afterwards brings a card that somebody had asked for, and acted on, up to date.
func (d *Desk) afterwards(ctx context.Context, e bot.Event, t *ticket.Ticket) (bot.Reply, error) {
	if !strings.HasPrefix(e.MessageKey, statusKey(t.Number)) {
		return bot.Reply{}, nil
	}
	roles, err := d.roles(ctx, t, e.From.ID)
	if err != nil || len(roles) == 0 {
		return bot.Reply{}, err
	}
	return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: e.MessageKey, Message: d.statusCard(t, roles), EditOnly: true}}}, nil
}

// open asks what an action needs, unless it does not hold any more.
func (d *Desk) open(ctx context.Context, e bot.Event, t *ticket.Ticket, a action, rating int) (bot.Reply, error) {
	roles, err := d.roles(ctx, t, e.From.ID)
	if err != nil {
		return bot.Reply{}, err
	}
	if len(roles) == 0 {
		return bot.Reply{}, notTheirs(t, e.From.ID)
	}
	if err := t.Authorize(a.do, roles...); err != nil {
		return d.fresh(ctx, e, t.Number), d.said(err, t)
	}
	form := &bot.Form{
		Title:  fmt.Sprintf("%s · N.º %d", strings.TrimSuffix(a.label, "…"), t.Number),
		Text:   a.text,
		Do:     do(a.do, t.Number),
		Submit: "Enviar",
		Fields: a.fields(d, t),
	}
	if a.do == ticket.Escalate {
		form.Fields[0].Options = d.officialOptions(ctx)
	}
	if rating > 0 {
		form.Do = do(a.do, t.Number, strconv.Itoa(rating))
		form.Text = fmt.Sprintf("Calificación: %d · %s. Cuéntenos qué podemos mejorar.", rating, ratingNames[min(rating, 5)])
	}
	return bot.Reply{Open: form}, nil
}

// officialOptions are the officials that are known by their addresses, in whatever chat they
// are; none where OFFICIALS names nobody or somebody by e-mail, so that anybody of the chat can be picked.
func (d *Desk) officialOptions(ctx context.Context) []bot.Option {
	out := make([]bot.Option, len(d.Officials))
	ctx, cancel := context.WithTimeout(ctx, namesTime)
	defer cancel()
	var asked sync.WaitGroup
	for i, o := range d.Officials {
		if bot.Address(o) == "" {
			return nil
		}
		asked.Go(func() {
			out[i] = bot.Option{Label: bot.Address(o), Value: o}
			if p, err := d.Directory.Person(ctx, o); err == nil && p.Name != "" {
				out[i].Label = p.Name
			}
		})
	}
	asked.Wait()
	return out
}

// namesTime is how long the names of officials are waited for, while somebody waits for the form.
const namesTime = time.Second

// fresh shows somebody who came too late the card as it is now.
func (d *Desk) fresh(ctx context.Context, e bot.Event, number int64) bot.Reply {
	t, err := d.Store.Ticket(ctx, number)
	if err != nil || e.Room.Channel == "" {
		return bot.Reply{}
	}
	return bot.Reply{Posts: []bot.Post{{Room: e.Room, Key: agentCard(number), Message: d.agentsCard(t), EditOnly: true}}}
}

// evidence turns the ids of attached files into the files.
func (d *Desk) evidence(ctx context.Context, c *ticket.Change) error {
	ids := strings.Fields(c.Fields["files"])
	delete(c.Fields, "files")
	if len(ids) > mostFiles {
		return &bot.UserError{Field: "files", Text: fmt.Sprintf("Caben %d archivos.", mostFiles)}
	}
	for _, id := range ids {
		f, r, err := d.Store.OpenFile(ctx, id)
		if err != nil {
			return &bot.UserError{Field: "files", Text: "Un archivo no llegó completo. Adjúntelo otra vez."}
		}
		if err := r.Close(); err != nil {
			return err
		}
		c.Files = append(c.Files, ticket.File(f))
	}
	return nil
}

// named looks up the person that a form names, and holds them to the list of officials.
func (d *Desk) named(ctx context.Context, c *ticket.Change) error {
	p, err := d.Directory.Person(ctx, c.Person.ID)
	if err != nil {
		d.Log.Warn().Err(err).Msg("person cannot be looked up")
		return &bot.UserError{Field: "person", Text: "No encontramos a esa persona en el chat. Elija otra, o pídale que le escriba «hola» al bot."}
	}
	if c.Action == ticket.Escalate && len(d.Officials) > 0 && !slices.Contains(d.Officials, p.ID) && (p.Email == "" || !slices.Contains(d.Officials, p.Email)) {
		return &bot.UserError{Field: "person", Text: "Esa persona no está en la lista de funcionarios de la Oficina de Tecnología."}
	}
	if c.Action == ticket.Assign {
		member, err := d.agent(ctx, nil, p.ID)
		if err != nil {
			return err
		}
		if !member {
			return &bot.UserError{Field: "person", Text: "Esa persona no está en el canal de la Mesa de ayuda. Para remitirla a la Oficina de Tecnología use «Escalar»."}
		}
	}
	who := ticketPerson(p)
	c.Person = &who
	return nil
}

func personChange(_ *Desk, v map[string]string, c *ticket.Change) error {
	if v["person"] == "" {
		return &bot.UserError{Field: "person", Text: "Elija a la persona."}
	}
	c.Person = &ticket.Person{ID: v["person"]}
	return nil
}

func holdChange(d *Desk, v map[string]string, c *ticket.Change) (err error) {
	c.For = ticket.HoldFor(v["for"])
	if v["expected"] == "" {
		return &bot.UserError{Field: "expected", Text: "Escriba para cuándo se espera; puede cambiarla después."}
	}
	c.Expected, err = d.expected(v["expected"])
	return err
}

func providerChange(d *Desk, v map[string]string, c *ticket.Change) (err error) {
	if _, err := mail.ParseAddress(v["email"]); err != nil {
		return &bot.UserError{Field: "email", Text: "Escriba el correo completo, por ejemplo soporte@proveedor.com."}
	}
	c.Expected, err = d.expected(v["expected"])
	return err
}

// expected reads a day that is not over.
func (d *Desk) expected(v string) (time.Time, error) {
	if v == "" {
		return time.Time{}, nil
	}
	zone := d.Catalog.Calendar.Location()
	day, err := time.ParseInLocation(time.DateOnly, v, zone)
	if err != nil {
		return time.Time{}, &bot.UserError{Field: "expected", Text: "Escriba la fecha como año-mes-día, por ejemplo 2026-12-01."}
	}
	if end := day.AddDate(0, 0, 1); !end.After(d.Now()) {
		return time.Time{}, &bot.UserError{Field: "expected", Text: "Esa fecha ya pasó. Elija una de hoy en adelante."}
	}
	return day, nil
}

func reclassifyChange(d *Desk, v map[string]string, c *ticket.Change) error {
	e, ok := d.Catalog.Entry(v["entry"])
	if !ok {
		return &bot.UserError{Field: "entry", Text: "Elija una subcategoría de la lista."}
	}
	c.Entry, c.Impact = e, v["impact"]
	return nil
}
