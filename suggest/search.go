package suggest

import "helptic/ticket"

type name struct{}

func namesOf([]ticket.Entry) []name { return nil }
