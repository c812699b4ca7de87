package sheet

import "context"

// The answers that say how a text file is written.
const (
	askEncoding  = "encoding"
	askDelimiter = "delimiter"
	askQuote     = "quote"
)

// dialectOf gives what people decided of a text file; what they did not is found.
func dialectOf(answers Answers) Dialect {
	d := Dialect{Encoding: answers[askEncoding], Delimiter: answers[askDelimiter], Quote: answers[askQuote]}
	if d.Delimiter == none {
		d.Delimiter = ""
	}
	if d.Quote == none {
		d.Quote = ""
	}
	return d
}

// reopenFor opens a text file anew where people decided on another dialect. That
// there is none of a sign can only be said of a dialect that is known as a whole.
func (b *Book) reopenFor(ctx context.Context, answers Answers) error {
	if b.about.Dialect == nil {
		return nil
	}
	noDelimiter, noQuote := answers[askDelimiter] == none, answers[askQuote] == none
	if !noDelimiter && !noQuote {
		return b.reopen(ctx, dialectOf(answers))
	}
	whole := *b.about.Dialect
	if found := dialectOf(answers); found.Encoding != "" && found.Encoding != whole.Encoding {
		if err := b.reopen(ctx, found); err != nil {
			return err
		}
		whole = *b.about.Dialect
	}
	if noDelimiter {
		whole.Delimiter = ""
	}
	if noQuote {
		whole.Quote, whole.Escape = "", ""
	}
	return b.reopen(ctx, whole)
}
