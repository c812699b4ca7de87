package filesink

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
)

// base64 fills a File whose content still stands in the record.
func (x *extractor) base64(n *node, cells []cell, c *cell, text, raw []byte) {
	if len(bytes.TrimSpace(text)) == 0 {
		c.state = null
		return
	}
	content, err := base64.StdEncoding.DecodeString(string(text))
	if err != nil {
		x.misfit(n, c, raw)
		return
	}
	sum := sha256.Sum256(content)
	c.state = filled
	cells[n.kids[0].slot] = cell{state: filled, text: []byte(hex.EncodeToString(sum[:]))}
	cells[n.kids[1].slot] = cell{state: filled, n: int64(len(content))}
}

// file fills a File from {"sha256": ..., "bytes": ...}: the note that stands in
// the record once its content is kept beside the stage.
func (x *extractor) file(n *node, cells []cell, c *cell, raw []byte) {
	var note struct {
		SHA256 *string `json:"sha256"`
		Bytes  *int64  `json:"bytes"`
	}
	if err := unmarshalStrict(raw, &note); err != nil || note.SHA256 == nil || note.Bytes == nil {
		x.misfit(n, c, raw)
		return
	}
	c.state = filled
	cells[n.kids[0].slot] = cell{state: filled, text: []byte(*note.SHA256)}
	cells[n.kids[1].slot] = cell{state: filled, n: *note.Bytes}
}

// unmarshalStrict refuses members that the value does not name.
func unmarshalStrict(raw []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	return d.Decode(into)
}
