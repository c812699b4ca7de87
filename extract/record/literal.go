package record

// Literal is a field path with a fixed value, as JSON.
type Literal struct {
	Path  string
	Value []byte
}
