package ticket

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
)

// Action is what can be done to a ticket.
type Action string

// The actions, as stored.
const (
	Register        Action = "register"
	AssignSelf      Action = "take"
	Assign          Action = "assign"
	PutOnHold       Action = "hold"
	Resume          Action = "resume"
	Escalate        Action = "escalate"
	Receive         Action = "receive"
	AskProvider     Action = "ask_provider"
	ConfirmSolution Action = "confirm_solution"
	Resolve         Action = "resolve"
	Validate        Action = "validate"
	Reject          Action = "reject"
	Rate            Action = "rate"
	Reopen          Action = "reopen"
	Close           Action = "close"
	Withdraw        Action = "withdraw"
	Reclassify      Action = "reclassify"
	Reply           Action = "reply"   // an agent's message to the user
	Note            Action = "note"    // an agent's message to the desk alone
	Comment         Action = "comment" // the user's message
	Retract         Action = "retract" // a comment or note was meant for elsewhere
	Undeliverable   Action = "undeliverable"
	Mailed          Action = "mailed"
)

// Role is what somebody is to a ticket when they act on it.
type Role string

// The roles, as stored.
const (
	Requester Role = "requester"
	Agent     Role = "agent"    // Mesa de ayuda
	Official  Role = "official" // whom the ticket is escalated to
	System    Role = "system"   // time, or the bot itself
)

// Rule is one row of the life-cycle table.
type Rule struct {
	Action     Action
	From       []State
	To         State // "" stays where it is
	Who        []Role
	Escalated  bool     // only while an official has it
	Required   []string // fields without which it is not done
	Activities []int    // of TI-PR-001, section 7

	do func(t *Ticket, c *Change) error
}

var open = []State{New, InProgress, OnHold}
var notClosed = []State{New, InProgress, OnHold, Resolved}

// Rules is the life of a ticket: whoever wants to know what may happen reads this
// table, and nothing else decides it.
var Rules = []Rule{
	{Action: AssignSelf, From: open, Who: []Role{Agent}, Activities: []int{2}, do: assignSelf},
	{Action: Assign, From: open, Who: []Role{Agent}, Activities: []int{2}, do: assign},
	{Action: PutOnHold, From: []State{InProgress}, To: OnHold, Who: []Role{Agent}, Required: []string{"reason"}, Activities: []int{4}, do: hold},
	{Action: Resume, From: []State{OnHold}, To: InProgress, Who: []Role{Agent, System}, do: resume},
	{Action: Escalate, From: []State{New, InProgress}, To: OnHold, Who: []Role{Agent}, Required: []string{"justification"}, Activities: []int{4, 5}, do: escalate},
	{Action: Receive, From: []State{OnHold}, Who: []Role{Official}, Escalated: true, Activities: []int{6}, do: receive},
	{Action: AskProvider, From: []State{InProgress, OnHold}, To: OnHold, Who: []Role{Agent, Official}, Required: []string{"provider", "email", "message"}, Activities: []int{7, 8}, do: askProvider},
	{Action: ConfirmSolution, From: []State{OnHold}, To: InProgress, Who: []Role{Official}, Escalated: true, Required: []string{"causes", "solution"}, Activities: []int{6, 7, 8}, do: confirmSolution},
	{Action: Resolve, From: open, To: Resolved, Who: []Role{Agent, Official}, Required: []string{"solution", "adequate"}, Activities: []int{3, 9}, do: resolve},
	{Action: Validate, From: []State{Resolved}, Who: []Role{Requester}, Activities: []int{10}, do: validate},
	{Action: Reject, From: []State{Resolved}, To: InProgress, Who: []Role{Requester}, Required: []string{"reason"}, do: reject},
	{Action: Rate, From: []State{Resolved, Closed}, Who: []Role{Requester}, Activities: []int{10}, do: rate},
	{Action: Reopen, From: []State{Resolved, Closed}, To: InProgress, Who: []Role{Requester, Agent}, Required: []string{"reason"}, do: reopen},
	{Action: Close, From: []State{Resolved}, To: Closed, Who: []Role{Agent, System}, Activities: []int{11}, do: closeTicket},
	{Action: Withdraw, From: open, To: Closed, Who: []Role{Requester}, Required: []string{"reason"}, do: withdraw},
	{Action: Reclassify, From: notClosed, Who: []Role{Agent}, Required: []string{"justification"}, Activities: []int{2}, do: reclassify},
	{Action: Reply, From: notClosed, Who: []Role{Agent, Official}, Required: []string{"text"}, do: addText},
	{Action: Note, From: notClosed, Who: []Role{Agent, Official}, do: addText},
	{Action: Comment, From: notClosed, Who: []Role{Requester}, do: addText},
	{Action: Retract, From: notClosed, Who: []Role{Requester, Agent, Official}, do: retract},
	{Action: Undeliverable, From: States, Who: []Role{System}, do: noChange},
	{Action: Mailed, From: States, Who: []Role{System}, do: noChange},
}

// MostRecords is how long a history gets by comments and notes; what moves the ticket always
// has room. It keeps the document far from the 16 MB that MongoDB takes.
const MostRecords = 1000

// Change is one person doing one thing at one time.
type Change struct {
	Action Action
	By     Person
	Roles  []Role // what By is to this ticket
	At     time.Time
	Event  string // key of the event; the same event changes a ticket once
	Fields map[string]string
	Files  []File

	Person   *Person   // whom to assign or escalate to
	For      HoldFor   // what is waited for
	Expected time.Time // until when
	Entry    Entry     // reclassify: the new one
	Impact   string    // reclassify: the new one
	Rating   int
	Record   int // retract: N of the record that was meant for elsewhere
	Answers  map[string]int
	// Courtesy marks a comment of thanks: it is kept, and nothing goes on because of it.
	Courtesy bool
	// Assignee is the person who had the ticket when Take was offered: somebody else
	// having it by now means that another agent was faster.
	Assignee string

	catalog  *Catalog
	role     Role // the one of Roles that the row asks for
	controls []Answer
}

// put adds a word for the record.
func (c *Change) setField(field, word string) { c.Fields[field] = word }

// putBefore notes who had the ticket until now: they are told that they do not any more.
func (c *Change) setPreviousAssignee(t *Ticket) {
	if t.Assignee != nil {
		c.setField("before", t.Assignee.ID)
	}
}

// answer decides a control point.
func (c *Change) answer(p Control, what string) { c.controls = append(c.controls, Answer{p, what}) }

// Why Apply may refuse; flows/card puts it into sentences.
var (
	// ErrDone says that the event was applied before.
	ErrApplied = errors.New("event already applied")
	// ErrTooLate says that the time to reopen or to rate is over.
	ErrTooLate = errors.New("too late")
	// ErrSame says that the change would change nothing.
	ErrSame = errors.New("nothing would change")
	// ErrNoEscalation says that the action is for escalated tickets.
	ErrNoEscalation = errors.New("not escalated")
	// ErrFull says that the history has no room for more comments.
	ErrFull = errors.New("history is full")
	// ErrNoSurvey says that nobody asks to rate what somebody did for themself.
	ErrNoSurvey = errors.New("no survey is wanted")
	// ErrNotValidated says that the user has not confirmed the solution.
	ErrNotValidated = errors.New("not validated")
)

// StateError says that an action does not hold in the state the ticket is in.
type StateError struct {
	Action Action
	State  State
}

func (e *StateError) Error() string {
	return fmt.Sprintf("%s is not possible in %s", e.Action, e.State)
}

// RoleError says who may do what somebody else tried.
type RoleError struct {
	Action Action
	Who    []Role
}

func (e *RoleError) Error() string { return fmt.Sprintf("%s is for %v", e.Action, e.Who) }

// MissingError names the word without which the action is not done.
type MissingError struct{ Field string }

func (e *MissingError) Error() string { return e.Field + " is missing" }

// AlreadyAssignedError says who was faster.
type AlreadyAssignedError struct {
	By    Person
	Since time.Time
}

func (e *AlreadyAssignedError) Error() string { return "assigned to somebody else" }

// RuleOf is the row of an action.
func RuleOf(a Action) (Rule, bool) {
	i := slices.IndexFunc(Rules, func(r Rule) bool { return r.Action == a })
	if i < 0 {
		return Rule{}, false
	}
	return Rules[i], true
}

// Permits tells whether an action is possible for somebody with the given roles now.
func (t *Ticket) Permits(a Action, roles ...Role) bool {
	return t.Authorize(a, roles...) == nil
}

// Authorize says why an action is not possible for somebody with the given roles now.
func (t *Ticket) Authorize(a Action, roles ...Role) error {
	r, ok := RuleOf(a)
	if !ok {
		return fmt.Errorf("no such action: %s", a)
	}
	return t.authorize(r, roles)
}

func (t *Ticket) authorize(r Rule, roles []Role) error {
	if !slices.ContainsFunc(roles, func(have Role) bool { return slices.Contains(r.Who, have) }) {
		return &RoleError{r.Action, r.Who}
	}
	if !slices.Contains(r.From, t.State) {
		return &StateError{r.Action, t.State}
	}
	if r.Escalated && !t.Escalated() {
		return ErrNoEscalation
	}
	if r.Action == AskProvider && t.State == OnHold && !t.Escalated() {
		return &StateError{r.Action, t.State}
	}
	return nil
}

// Apply changes the ticket by the row of the action and appends to its history, or
// says why not and leaves it alone.
func (t *Ticket) Apply(cat *Catalog, c Change) error {
	if _, done := t.Applied(c.Event); done {
		return ErrApplied
	}
	r, ok := RuleOf(c.Action)
	if !ok {
		return fmt.Errorf("no such action: %s", c.Action)
	}
	if err := t.authorize(r, c.Roles); err != nil {
		return err
	}
	for _, need := range r.Required {
		if strings.TrimSpace(c.Fields[need]) == "" {
			return &MissingError{need}
		}
	}
	c.At = c.At.UTC().Truncate(time.Millisecond)
	c.catalog = cat
	c.role = c.Roles[slices.IndexFunc(c.Roles, func(have Role) bool { return slices.Contains(r.Who, have) })]
	c.Fields = maps.Clone(c.Fields)
	if c.Fields == nil {
		c.Fields = map[string]string{}
	}
	from := t.State
	if err := r.do(t, &c); err != nil {
		return err
	}
	if r.To != "" && t.State == from {
		t.State = r.To
	}
	t.append(Record{At: c.At, By: c.By, Role: c.role, Action: c.Action, From: from, To: t.State, Event: c.Event,
		Fields: c.Fields, Files: c.Files, Activities: r.Activities, Controls: c.controls})
	t.clock(cat, c.At)
	if c.Action == Comment && !c.Courtesy && t.State == OnHold && t.Hold.For == ForUser {
		// The awaited user answered: the work goes on by itself.
		return t.Apply(cat, Change{Action: Resume, Roles: []Role{System}, At: c.At})
	}
	return nil
}

func (t *Ticket) append(r Record) {
	r.N = len(t.History) + 1
	t.History = append(t.History, r)
}
