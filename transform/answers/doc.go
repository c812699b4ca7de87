// Package answers keeps what people decided about the files of one kind, in a file
// beside the mapping that Ferry alone writes: <mapping>.answers.yaml.
//
// It must never hold a secret or a row of a file: only headers, decisions, and the
// texts that a person told to be taken for others.
package answers
