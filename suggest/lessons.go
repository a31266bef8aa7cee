package suggest

// Lessons is what the desk has taught.
type Lessons struct{}

func (b *builder) learn() {}
