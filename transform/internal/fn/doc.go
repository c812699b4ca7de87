// Package fn holds what a mapping rule may call: the named transforms of `as:`
// (Compile) and the functions of expressions (Functions). Each turns one value
// into another and nothing else.
//
// It must never make a request, open a file, look at a clock, roll a die or
// print: the same value and the same options give the same answer on every
// machine. It must never guess in silence: a value that can be read in two ways
// is a *Misfit whose Do names the option that settles it. The words of a Misfit
// never hold the value itself, which may be about a person; it stands in
// Misfit.Value for the dead letter.
//
// Blank in is blank out everywhere: nil, and text of nothing but space, become
// "" where text is given and nil where anything else is.
package fn
