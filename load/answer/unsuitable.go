package answer

// Unsuitable says why a file cannot be given back with answers in it. Beside
// writes them into a workbook of their own.
type Unsuitable struct {
	File string // base name as the person knows it
	Why  string // a clause: "it is signed, and an answer in it would break the signature"
}

// Error names the file, the reason and the way on.
func (e *Unsuitable) Error() string {
	return e.File + ": no answers can be written into this file: " + e.Why + "; they are given in a workbook of their own beside it"
}
